// SPDX-License-Identifier: Apache-2.0
// GetContainerEvents, which engines offer that are newer than those of the integration tests.
#include "adapters/asio/asio_clock.hpp"
#include "adapters/cri/convert.hpp"
#include "adapters/cri/cri_runtime.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"
#include "unit/adapters_cri/event_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <runtime_v1.pb.h>

namespace hooklet::cri {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

proto::ContainerEventResponse message(proto::ContainerEventType type, const std::string& container) {
    proto::ContainerEventResponse event;
    event.set_container_id(container);
    event.set_container_event_type(type);
    event.mutable_pod_sandbox_status()->set_id("sandbox");
    for (const char* id : {"other", "app"}) {
        proto::ContainerStatus* status = event.add_containers_statuses();
        status->set_id(id);
        status->set_state(proto::CONTAINER_EXITED);
        status->set_exit_code(id == container ? 3 : 99);
    }
    return event;
}

class EventStreamTest : public ::testing::Test {
  protected:
    void TearDown() override {
        run(loop, runtime->stop());
        run(loop, server.stop());
    }
    void listen() {
        runtime->on_event([this](ContainerEvent event) { events.push_back(std::move(event)); });
        (void)run(loop, sleep_until(&clock, clock.call_within(100ms)));
    }

    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
    ScratchFolder folder;
    EventServer server{loop, folder.path("socket")};
    std::unique_ptr<CriRuntime> runtime =
        make_cri_runtime(loop.get_executor(), &clock, "unix://" + folder.path("socket")).value();
    std::vector<ContainerEvent> events;
};

TEST_F(EventStreamTest, EventsComeAsTheyAreSentWithTheStatusOfTheirContainer) {
    server.messages = {message(proto::CONTAINER_STARTED_EVENT, "app").SerializeAsString(),
                       message(proto::CONTAINER_STOPPED_EVENT, "app").SerializeAsString(),
                       message(proto::CONTAINER_STOPPED_EVENT, "sandbox").SerializeAsString(),
                       message(proto::CONTAINER_DELETED_EVENT, "app").SerializeAsString()};
    listen();
    EXPECT_THAT(server.called, ElementsAre("/runtime.v1.RuntimeService/GetContainerEvents"));
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[0].type, ContainerEventType::started);
    EXPECT_EQ(events[1].type, ContainerEventType::stopped);
    EXPECT_EQ(events[1].container_id, "app");
    EXPECT_EQ(events[1].pod_sandbox_id, "sandbox");
    ASSERT_TRUE(events[1].status);
    EXPECT_EQ(events[1].status->state, ContainerState::exited);
    EXPECT_EQ(events[1].status->exit_code, 3);
    EXPECT_EQ(events[1].status->pod_sandbox_id, "sandbox");
    EXPECT_EQ(events[2].container_id, "sandbox");
    EXPECT_FALSE(events[2].status);
    EXPECT_EQ(events[3].type, ContainerEventType::deleted);
}

TEST_F(EventStreamTest, AnEngineWithoutTheStreamIsAskedOnce) {
    server.refusal = "12";  // Unimplemented
    listen();
    // Beyond the moment at which a lost stream is asked for again.
    (void)run(loop, sleep_until(&clock, clock.call_within(1200ms)));
    EXPECT_EQ(server.called.size(), 1U);
    EXPECT_TRUE(events.empty());
}

}  // namespace
}  // namespace hooklet::cri
