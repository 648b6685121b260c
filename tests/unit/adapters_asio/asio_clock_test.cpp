// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/asio_clock.hpp"

#include "support/run_task.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

struct AsioClockTest : testing::Test {
    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
};

TEST_F(AsioClockTest, ReadsTheMachinesClocks) {
    const MonotonicTime before = clock.now();
    EXPECT_LE(before, clock.now());
    EXPECT_GT(clock.wall(), WallTime{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}});
}

TEST_F(AsioClockTest, CallsFromTheLoopOnly) {
    bool called = false;
    const Timer timer = clock.at(clock.now() - 1h, [&] { called = true; });
    EXPECT_FALSE(called);
    loop.run();
    EXPECT_TRUE(called);
}

TEST_F(AsioClockTest, DoesNotCallBeforeTheTime) {
    const MonotonicTime due = clock.now() + 2ms;
    std::optional<MonotonicTime> called;
    const Timer timer = clock.at(due, [&] { called = clock.now(); });
    loop.run();
    ASSERT_TRUE(called);
    EXPECT_GE(*called, due);
}

TEST_F(AsioClockTest, ADestroyedTimerDoesNotCall) {
    {
        const Timer timer = clock.at(clock.now(), [] { FAIL(); });
    }
    loop.run();
}

TEST_F(AsioClockTest, ATimerThatIsDueAlreadyCanStillBeWithdrawn) {
    // Both are due in the same round of the loop; whichever runs first withdraws the other.
    std::vector<Timer> timers(2);
    int calls = 0;
    for (std::size_t i = 0; i < timers.size(); ++i) {
        timers[i] = clock.at(clock.now() - 1s, [&, i] {
            ++calls;
            timers[1 - i] = Timer{};
        });
    }
    loop.run();
    EXPECT_EQ(calls, 1);
}

TEST_F(AsioClockTest, ACallbackMayDestroyItsOwnTimer) {
    std::optional<Timer> timer;
    timer = clock.at(clock.now(), [&] { timer.reset(); });
    loop.run();
    EXPECT_FALSE(timer);
}

TEST_F(AsioClockTest, TheFarthestTimeIsNotReached) {
    const Timer never = clock.at(MonotonicTime::max(), [] { FAIL(); });
    loop.poll();
}

TEST_F(AsioClockTest, SleepsAndIsInterrupted) {
    EXPECT_TRUE(run(loop, sleep_until(&clock, clock.call_within(1ms))));
    CancelSource source;
    const Timer timer = clock.at(clock.now(), [&] { source.cancel({Code::conflict, "enough"}); });
    const Status status = run(loop, sleep_until(&clock, clock.call_within(24h, source.token())));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "enough");
}

}  // namespace
}  // namespace hooklet
