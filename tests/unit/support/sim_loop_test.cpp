// SPDX-License-Identifier: Apache-2.0
#include "support/sim_loop.hpp"

#include "base/promise.hpp"
#include "support/sim_random.hpp"

#include <string>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;

TEST(SimClock, WallTimeStartsIn2026AndFollowsVirtualTime) {
    SimLoop loop;
    EXPECT_EQ(rfc3339(loop.clock().wall()), "2026-01-01T00:00:00Z");
    EXPECT_TRUE(loop.run_for(90s));
    EXPECT_EQ(rfc3339(loop.clock().wall()), "2026-01-01T00:01:30Z");
    EXPECT_EQ(loop.clock().elapsed(), 90s);
}

TEST(SimClock, TimersFireByTimeThenByOrderOfMaking) {
    SimLoop loop;
    std::string order;
    const Timer c = loop.clock().after(2s, [&] { order += 'c'; });
    const Timer a = loop.clock().after(1s, [&] { order += 'a'; });
    const Timer b = loop.clock().after(1s, [&] { order += 'b'; });
    EXPECT_TRUE(loop.run_until_idle());
    EXPECT_EQ(order, "abc");
}

TEST(SimClock, DestroyingTheTimerWithdrawsEvenFromACallbackOfTheSameMoment) {
    SimLoop loop;
    bool fired = false;
    Timer victim;
    const Timer first = loop.clock().after(1s, [&] { victim = Timer{}; });
    victim = loop.clock().after(1s, [&] { fired = true; });
    EXPECT_TRUE(loop.run_until_idle());
    EXPECT_FALSE(fired);
}

TEST(SimClock, APastTimeFiresAtOnceFromTheLoop) {
    SimLoop loop;
    bool fired = false;
    const Timer timer = loop.clock().at(MonotonicTime{}, [&] { fired = true; });
    EXPECT_FALSE(fired);
    EXPECT_EQ(loop.run_until([&] { return fired; }, 0s), RunEnd::reached);
    EXPECT_EQ(loop.clock().elapsed(), 0s);
}

TEST(SimClock, MaxNeverFires) {
    SimLoop loop;
    const Timer never = loop.clock().at(MonotonicTime::max(), [] { FAIL(); });
    EXPECT_TRUE(loop.run_until_idle());
    EXPECT_EQ(loop.clock().elapsed(), 0s);
}

TEST(SimLoop, TellsALimitFromADeadlock) {
    SimLoop loop;
    EXPECT_EQ(loop.run_until([] { return false; }, 10s), RunEnd::deadlock);
    const Timer late = loop.clock().after(1h, [] {});
    EXPECT_EQ(loop.run_until([] { return false; }, 10s), RunEnd::limit);
    EXPECT_EQ(loop.clock().elapsed(), 10s);
}

struct Spinner {
    SimLoop* loop;
    void operator()() const { asio::post(loop->executor(), *this); }
};

TEST(SimLoop, SeesALivelock) {
    SimLoop loop;
    asio::post(loop.executor(), Spinner{&loop});
    EXPECT_EQ(loop.run_until([] { return false; }, 10s), RunEnd::livelock);
}

Task<int> sleeper(SimClock* clock, Duration length) {
    const Status slept = co_await sleep_until(clock, clock->call_within(length));
    co_return slept ? 7 : 0;
}

TEST(SimLoop, RunsATaskToItsValue) {
    SimLoop loop;
    EXPECT_EQ(loop.run(sleeper(&loop.clock(), 5s)), 7);
    EXPECT_EQ(loop.clock().elapsed(), 5s);
    EXPECT_THROW(loop.run(sleeper(&loop.clock(), 5h), 1h), std::runtime_error);
    EXPECT_TRUE(loop.run_until_idle());  // lets the one given up on end
}

TEST(SimRandom, SameSeedSameNumbersInEveryBuild) {
    SimRandom random(42);
    // Fixed values: debug and release builds, and all machines, must agree.
    EXPECT_EQ(random.next(), 1546998764402558742ULL);
    SimRandom again(42);
    (void)again.next();
    EXPECT_EQ(random.state_hash(), again.state_hash());
    EXPECT_NE(SimRandom(1).next(), SimRandom(2).next());
    for (int i = 0; i < 1000; ++i) {
        const Duration d = random.between(2ms, 5ms);
        EXPECT_TRUE(d >= 2ms && d <= 5ms);
    }
}

}  // namespace
}  // namespace hooklet::sim
