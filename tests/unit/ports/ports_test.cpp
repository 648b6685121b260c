// SPDX-License-Identifier: Apache-2.0
#include "base/gate.hpp"
#include "ports/clock.hpp"
#include "ports/journal_store.hpp"
#include "ports/random.hpp"
#include "ports/retry.hpp"
#include "support/run_task.hpp"

#include <optional>
#include <regex>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

/// One timer, fired by hand.
class ManualClock final : public Clock {
  public:
    [[nodiscard]] MonotonicTime now() const override { return time; }
    [[nodiscard]] WallTime wall() const override { return {}; }
    [[nodiscard]] Timer at(MonotonicTime when, std::move_only_function<void()> callback) override {
        due = when;
        fire = std::move(callback);
        return Timer(std::make_unique<Withdrawal>(&fire));
    }
    MonotonicTime time{5s};
    MonotonicTime due;
    std::move_only_function<void()> fire;

  private:
    struct Withdrawal final : Timer::Handle {
        explicit Withdrawal(std::move_only_function<void()>* callback) : withdrawn(callback) {}
        Withdrawal(const Withdrawal&) = delete;
        Withdrawal& operator=(const Withdrawal&) = delete;
        ~Withdrawal() override { *withdrawn = nullptr; }
        std::move_only_function<void()>* withdrawn;
    };
};

Task<> sleep_into(Clock* clock, Call call, std::optional<Status>* out) {
    *out = co_await sleep_until(clock, call);
}

struct SleepTest : testing::Test {
    void sleep(Call call) {
        gate.spawn(sleep_into(&clock, std::move(call), &result));
        loop.poll();
    }
    void run_ready() {
        loop.restart();
        loop.poll();
    }
    asio::io_context loop;
    Gate gate{loop.get_executor()};
    ManualClock clock;
    CancelSource source;
    std::optional<Status> result;
};

TEST_F(SleepTest, EndsAtItsTime) {
    sleep(clock.call_within(3s, source.token()));
    EXPECT_EQ(clock.due, MonotonicTime{8s});
    EXPECT_FALSE(result);
    std::exchange(clock.fire, nullptr)();
    run_ready();
    ASSERT_TRUE(result);
    EXPECT_TRUE(*result);
}

TEST_F(SleepTest, FailsWithTheReasonWhenCancelled) {
    sleep(clock.call_within(3s, source.token()));
    source.cancel({Code::conflict, "container died"});
    run_ready();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->error().message, "container died");
    EXPECT_FALSE(clock.fire);
}

TEST_F(SleepTest, DoesNotBeginWhenCancelledBefore) {
    source.cancel();
    sleep(clock.call_within(3s, source.token()));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->error().code, Code::cancelled);
    EXPECT_FALSE(clock.fire);
}

Task<> wait_into(Clock* clock, Duration delay, Call call, std::optional<bool>* out) {
    *out = co_await wait_to_retry(clock, delay, call);
}

struct RetryTest : SleepTest {
    void wait(Duration delay, Call call) {
        gate.spawn(wait_into(&clock, delay, std::move(call), &in_time));
        loop.poll();
    }
    void time_comes() {
        clock.time = clock.due;
        std::exchange(clock.fire, nullptr)();
        run_ready();
    }
    std::optional<bool> in_time;
};

TEST_F(RetryTest, IsInTimeWithinTheCall) {
    wait(3s, clock.call_within(10s));
    EXPECT_EQ(clock.due, MonotonicTime{8s});
    time_comes();
    EXPECT_EQ(in_time, true);
}

TEST_F(RetryTest, EndsWithTheCall) {
    wait(3s, clock.call_within(2s));
    EXPECT_EQ(clock.due, MonotonicTime{7s});
    time_comes();
    EXPECT_EQ(in_time, false);
}

TEST_F(RetryTest, EndsWhenTheCallIsCancelled) {
    wait(3s, clock.call_within(10s, source.token()));
    EXPECT_EQ(in_time, std::nullopt);
    source.cancel();
    run_ready();
    EXPECT_EQ(in_time, false);
}

struct CountingRandom final : Random {
    std::uint64_t next() override { return value += 0x9E3779B97F4A7C15ULL; }
    std::uint64_t value = 0;
};

TEST(Random, MakesVersion4Uuids) {
    CountingRandom random;
    const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    for (int i = 0; i < 100; ++i) {
        const std::string uuid = make_uuid(random);
        EXPECT_TRUE(std::regex_match(uuid, form)) << uuid;
    }
}

TEST(Random, MakesNameSuffixes) {
    CountingRandom random;
    EXPECT_TRUE(
        std::regex_match(make_name_suffix(random, 40), std::regex("[bcdfghjklmnpqrstvwxz2456789]{40}")));
    EXPECT_EQ(make_name_suffix(random, 0), "");
}

TEST(JournalNames, AreWhatPeopleRead) {
    EXPECT_EQ(name(HookType::post_start), "postStart");
    EXPECT_EQ(name(HookType::pre_stop), "preStop");
    EXPECT_EQ(name(HookHandler::http_get), "httpGet");
    EXPECT_EQ(name(HookHandler::tcp_socket), "tcpSocket");
    EXPECT_EQ(name(HookOutcome::timed_out), "TimedOut");
    EXPECT_EQ(name(StepKind::pre_stop), "PreStop");
}

}  // namespace
}  // namespace hooklet
