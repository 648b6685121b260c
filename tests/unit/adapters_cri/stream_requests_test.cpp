// SPDX-License-Identifier: Apache-2.0
// Exec, Attach and PortForward as they go over the wire.
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
using namespace std::string_literals;

template <class Message, class Request>
std::string bytes_of(const Request& request) {
    Message message;
    to_proto(request, &message);
    return message.SerializeAsString();
}

TEST(StreamRequests, HaveTheFieldNumbersOfCri) {
    EXPECT_EQ(bytes_of<proto::ExecRequest>(ExecRequest{"id", {"a", "b"}, true, true, true, false}),
              "\x0a\x02id\x12\x01"
              "a\x12\x01"
              "b\x18\x01\x20\x01\x28\x01"s);
    EXPECT_EQ(bytes_of<proto::ExecRequest>(ExecRequest{"id", {}, false, false, false, true}),
              "\x0a\x02id\x30\x01"s);
    EXPECT_EQ(bytes_of<proto::AttachRequest>(AttachRequest{"id", true, true, true, false}),
              "\x0a\x02id\x10\x01\x18\x01\x20\x01"s);
    EXPECT_EQ(bytes_of<proto::AttachRequest>(AttachRequest{"id", false, false, false, true}),
              "\x0a\x02id\x28\x01"s);
    EXPECT_EQ(bytes_of<proto::PortForwardRequest>(PortForwardRequest{"id", {80, 8080}}),
              "\x0a\x02id\x12\x03\x50\x90\x3f"s);
}

TEST(StreamRequests, GoToTheirMethods) {
    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
    ScratchFolder folder;
    EventServer server{loop, folder.path("socket")};
    const auto runtime =
        make_cri_runtime(loop.get_executor(), &clock, "unix://" + folder.path("socket")).value();
    const auto soon = [&clock] { return clock.call_within(200ms); };
    // The server never ends a call: only what it was asked for is looked at.
    (void)run(loop, runtime->exec(ExecRequest{"id"}, soon()));
    (void)run(loop, runtime->attach(AttachRequest{"id"}, soon()));
    (void)run(loop, runtime->port_forward(PortForwardRequest{"id"}, soon()));
    EXPECT_THAT(server.called,
                testing::ElementsAre("/runtime.v1.RuntimeService/Exec", "/runtime.v1.RuntimeService/Attach",
                                     "/runtime.v1.RuntimeService/PortForward"));
    run(loop, runtime->stop());
    run(loop, server.stop());
}

}  // namespace
}  // namespace hooklet::cri
