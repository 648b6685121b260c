// SPDX-License-Identifier: Apache-2.0
// What engines tell by themselves: GetContainerEvents, which engines offer that are newer than those of the
// integration tests, and containerd's own events.
#include "adapters/asio/asio_clock.hpp"
#include "adapters/cri/convert.hpp"
#include "adapters/cri/cri_runtime.hpp"
#include "adapters/cri/task_events.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"
#include "unit/adapters_cri/event_server.hpp"

#include <events_v1.pb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <runtime_v1.pb.h>

namespace hooklet::cri {
namespace {

using namespace std::chrono_literals;
using testing::UnorderedElementsAre;

constexpr const char* cri_events = "/runtime.v1.RuntimeService/GetContainerEvents";
constexpr const char* containerd_events = "/containerd.services.events.v1.Events/Subscribe";

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

TEST_F(EventStreamTest, AnEngineThatIsStillStartingIsNotThereYet) {
    server.grpc_status = "2";
    server.grpc_message = "server is not initialized yet";
    const auto started = run(loop, runtime->start_container("app", clock.call_within(5s)));
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, Code::unavailable) << started.error().message;
    server.grpc_message = "server is on fire";
    const auto failed = run(loop, runtime->start_container("app", clock.call_within(5s)));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Code::internal) << failed.error().message;
}

TEST_F(EventStreamTest, EventsComeAsTheyAreSentWithTheStatusOfTheirContainer) {
    server.stream = cri_events;
    server.messages = {message(proto::CONTAINER_STARTED_EVENT, "app").SerializeAsString(),
                       message(proto::CONTAINER_STOPPED_EVENT, "app").SerializeAsString(),
                       message(proto::CONTAINER_STOPPED_EVENT, "sandbox").SerializeAsString(),
                       message(proto::CONTAINER_DELETED_EVENT, "app").SerializeAsString()};
    listen();
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

TEST_F(EventStreamTest, AnEngineWithoutTheStreamsIsAskedOnceForEach) {
    listen();
    // Beyond the moment at which a lost stream is asked for again.
    (void)run(loop, sleep_until(&clock, clock.call_within(1200ms)));
    EXPECT_THAT(server.called, UnorderedElementsAre(cri_events, containerd_events));
    EXPECT_TRUE(events.empty());
}

std::string envelope(const char* topic, const google::protobuf::MessageLite& content) {
    containerd::events::Envelope message;
    message.set_topic(topic);
    message.mutable_event()->set_value(content.SerializeAsString());
    return message.SerializeAsString();
}

std::string exit_of(const char* container, const char* process, std::uint32_t status) {
    containerd::events::TaskExit exit;
    exit.set_container_id(container);
    exit.set_id(process);
    exit.set_exit_status(status);
    return envelope("/tasks/exit", exit);
}

std::string out_of_memory(const char* container) {
    containerd::events::TaskOOM oom;
    oom.set_container_id(container);
    return envelope("/tasks/oom", oom);
}

TEST_F(EventStreamTest, ContainerdTellsASuccessByItself) {
    server.stream = containerd_events;
    server.messages = {exit_of("app", "app", 0)};
    listen();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, ContainerEventType::succeeded);
    EXPECT_EQ(events[0].container_id, "app");
    EXPECT_FALSE(events[0].status);
}

TEST_F(EventStreamTest, ContainerdTellsTheEndOfASandbox) {
    server.stream = containerd_events;
    server.messages = {exit_of("pod", "pod", 137)};
    listen();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, ContainerEventType::stopped);
    EXPECT_EQ(events[0].container_id, "pod");
}

TEST(TaskEventsTest, OnlyTheEndOfAFirstProcessCounts) {
    TaskEvents events;
    EXPECT_EQ(events.end(exit_of("app", "app", 0)), (TaskEvents::End{"app", true}));
    EXPECT_EQ(events.end(exit_of("app", "app", 1)), (TaskEvents::End{"app", false}));
    EXPECT_EQ(events.end(exit_of("app", "command", 0)), std::nullopt);
    EXPECT_EQ(events.end(envelope("/tasks/start", containerd::events::TaskExit())), std::nullopt);
    EXPECT_EQ(events.end("\xff"), std::nullopt);
}

TEST(TaskEventsTest, OneThatRanOutOfMemoryIsNoSuccess) {
    TaskEvents events;
    EXPECT_EQ(events.end(out_of_memory("app")), std::nullopt);
    EXPECT_EQ(events.end(exit_of("app", "command", 0)), std::nullopt);
    EXPECT_EQ(events.end(exit_of("other", "other", 0)), (TaskEvents::End{"other", true}));
    EXPECT_EQ(events.end(exit_of("app", "app", 0)), (TaskEvents::End{"app", false}));
}

}  // namespace
}  // namespace hooklet::cri
