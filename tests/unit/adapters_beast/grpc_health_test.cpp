// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/asio_clock.hpp"
#include "adapters/beast/beast_network.hpp"
#include "health_server.hpp"
#include "support/run_task.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A clock whose timers fire when the test says so.
class HeldClock final : public Clock {
  public:
    [[nodiscard]] MonotonicTime now() const override { return MonotonicTime{}; }
    [[nodiscard]] WallTime wall() const override { return {}; }
    [[nodiscard]] Timer at(MonotonicTime, std::move_only_function<void()> callback) override {
        auto held = std::make_unique<Held>();
        held->callback = std::make_shared<Callback>(std::move(callback));
        timers_.push_back(held->callback);
        return Timer(std::move(held));
    }
    void fire() {
        for (const auto& timer : std::exchange(timers_, {})) {
            if (const auto callback = timer.lock()) (*callback)();
        }
    }

  private:
    using Callback = std::move_only_function<void()>;
    struct Held final : Timer::Handle {
        std::shared_ptr<Callback> callback;
    };
    std::vector<std::weak_ptr<Callback>> timers_;
};

/// The real network on the real clock. Limits that are to be reached are short, all others never are.
struct GrpcHealthTest : testing::Test {
    Result<GrpcHealth> ask(std::uint16_t port, Duration limit = 1h, CancelToken cancel = {}) {
        GrpcHealthRequest request{
            .host = "127.0.0.1", .port = port, .service = "live", .user_agent = "probe/1"};
        return run(loop, network.grpc_health_check(request, clock.call_within(limit, std::move(cancel))));
    }
    Result<GrpcHealth> ask(OneShotServer::Script script, Duration limit = 1h, CancelToken cancel = {}) {
        const OneShotServer server(loop, std::move(script));
        return ask(server.port(), limit, std::move(cancel));
    }

    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
    BeastNetwork network{loop.get_executor(), &clock};
};

TEST_F(GrpcHealthTest, AsksForTheServiceAndReadsTheStatus) {
    const auto seen = std::make_shared<SeenCall>();
    const OneShotServer server(loop, answer_health({.response = "\x08\x02"}, seen));
    const auto health = ask(server.port());
    ASSERT_TRUE(health) << health.error().text();
    EXPECT_EQ(health->grpc_status, 0);
    EXPECT_EQ(health->serving_status, 2);
    EXPECT_EQ(seen->headers[":path"], "/grpc.health.v1.Health/Check");
    EXPECT_EQ(seen->headers[":authority"], "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(seen->headers["user-agent"], "probe/1");
    EXPECT_EQ(seen->headers["content-type"], "application/grpc");
    EXPECT_EQ(seen->body, std::string("\0\0\0\0\x06\x0a\x04live", 11));
}

TEST_F(GrpcHealthTest, PassesAStatusOn) {
    const auto health = ask(answer_health({.grpc_status = 12, .grpc_message = "unknown%20service"}));
    ASSERT_TRUE(health) << health.error().text();
    EXPECT_EQ(health->grpc_status, 12);
    EXPECT_EQ(health->grpc_message, "unknown service");
}

TEST_F(GrpcHealthTest, AnAnswerThatIsNoneIsAnInternalError) {
    EXPECT_EQ(ask(answer_health({.response = "\x08"}))->grpc_status, 13);
}

TEST_F(GrpcHealthTest, ADeadlineAfterConnectingIsAnAnswer) {
    HeldClock held;
    BeastNetwork patient(loop.get_executor(), &held);
    const OneShotServer server(loop, answer_health({.silent = true, .on_call = [&held] { held.fire(); }}));
    const GrpcHealthRequest request{.host = "127.0.0.1", .port = server.port(), .user_agent = "probe/1"};
    const auto health = run(loop, patient.grpc_health_check(request, held.call_within(1h)));
    ASSERT_TRUE(health) << health.error().text();
    EXPECT_EQ(health->grpc_status, 4);
}

TEST_F(GrpcHealthTest, ADeadlineBeforeThatIsAnError) {
    EXPECT_EQ(ask(never_answer(), 50ms).error().code, Code::deadline);
}

TEST_F(GrpcHealthTest, CancellingEndsIt) {
    CancelSource source;
    const Timer timer = clock.at(clock.now() + 20ms, [&] { source.cancel({Code::cancelled, "enough"}); });
    EXPECT_EQ(ask(answer_health({.silent = true}), 1h, source.token()).error().message, "enough");
    EXPECT_EQ(ask(never_answer(), 1h, source.token()).error().message, "enough");
}

TEST_F(GrpcHealthTest, ServersThatAreNoneAreUnavailable) {
    for (const auto& script : {hang_up(), answer_with("HTTP/1.1 400 Bad Request\r\n\r\n")}) {
        const auto health = ask(script);
        ASSERT_FALSE(health);
        EXPECT_EQ(health.error().code, Code::unavailable);
        EXPECT_THAT(health.error().message, HasSubstr("HTTP/2"));
    }
    std::uint16_t free_port = 0;
    {
        const asio::ip::tcp::acceptor acceptor(loop, {asio::ip::make_address("127.0.0.1"), 0});
        free_port = acceptor.local_endpoint().port();
    }
    const auto health = ask(free_port);
    EXPECT_EQ(health.error().code, Code::unavailable);
    EXPECT_EQ(health.error().message, "connection refused");
}

}  // namespace
}  // namespace hooklet
