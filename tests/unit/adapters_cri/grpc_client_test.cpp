// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/grpc_client.hpp"

#include "adapters/asio/asio_clock.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

namespace hooklet::cri {
namespace {

using namespace std::chrono_literals;
using Protocol = asio::local::stream_protocol;

/// A client whose server accepts connections and never says anything. The answers of a real server are tested
/// with one (tests/integration/engine).
class GrpcClientTest : public ::testing::Test {
  protected:
    void listen() { acceptor.emplace(loop, Protocol::endpoint(path)); }
    Result<std::string> call(Call limits) { return run(loop, client.unary("/a.B/C", "request", limits)); }
    void TearDown() override { run(loop, client.stop()); }

    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
    ScratchFolder folder;
    std::string path = folder.path("socket");
    std::optional<Protocol::acceptor> acceptor;
    GrpcClient client{loop.get_executor(), &clock, path};
};

TEST_F(GrpcClientTest, NobodyThere) {
    const auto answer = call(clock.call_within(5s));
    EXPECT_EQ(answer.error().code, Code::unavailable);
    EXPECT_EQ(answer.error().message, "connect " + path + ": No such file or directory");
}

TEST_F(GrpcClientTest, DeadlineCancellationAndFailureAreThreeOutcomes) {
    listen();
    EXPECT_EQ(call(clock.call_within(50ms)).error().code, Code::deadline);

    CancelSource source;
    const Timer timer = clock.at(clock.now() + 50ms, [&] { source.cancel({Code::cancelled, "enough"}); });
    EXPECT_EQ(call(clock.call_within(5s, source.token())).error().message, "enough");
    EXPECT_EQ(call(clock.call_within(5s, source.token())).error().message, "enough");

    Protocol::socket server(loop);
    acceptor->accept(server);
    const Timer hang_up = clock.at(clock.now() + 50ms, [&] { server.close(); });
    const auto lost = call(clock.call_within(5s));
    EXPECT_EQ(lost.error().code, Code::unavailable);
    EXPECT_EQ(lost.error().message, "the connection to the server was lost");
}

TEST_F(GrpcClientTest, ConnectsAgainAfterALoss) {
    listen();
    EXPECT_EQ(call(clock.call_within(20ms)).error().code, Code::deadline);
    Protocol::socket first(loop);
    acceptor->accept(first);
    first.close();
    EXPECT_EQ(call(clock.call_within(20ms)).error().code, Code::unavailable);
    EXPECT_EQ(call(clock.call_within(20ms)).error().code, Code::deadline);
}

TEST_F(GrpcClientTest, GarbageEndsTheConnection) {
    listen();
    EXPECT_EQ(call(clock.call_within(20ms)).error().code, Code::deadline);
    Protocol::socket server(loop);
    acceptor->accept(server);
    const std::string garbage(100, 'x');
    server.write_some(asio::buffer(garbage));
    EXPECT_EQ(call(clock.call_within(5s)).error().code, Code::unavailable);
}

TEST_F(GrpcClientTest, EndlessDeadline) {
    listen();
    CancelSource source;
    const Timer timer = clock.at(clock.now() + 20ms, [&] { source.cancel(); });
    EXPECT_EQ(call({MonotonicTime::max(), source.token()}).error().code, Code::cancelled);
}

}  // namespace
}  // namespace hooklet::cri
