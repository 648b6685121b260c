// SPDX-License-Identifier: Apache-2.0
#include "base/back_off.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime start = MonotonicTime{} + 1h;

// Vector R1: a container that ends at once is restarted after 0, 10, 20, 40, 80, 160, 300, 300 s.
TEST(BackOff, R1_DoublesToTheCap) {
    BackOff back_off;
    MonotonicTime now = start;
    for (const Duration expected : {0s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
        const MonotonicTime ended = now;
        const auto until = back_off.blocked_until(ended, ended);
        EXPECT_EQ(until.value_or(ended) - ended, expected);
        now = ended + expected;
        EXPECT_EQ(back_off.blocked_until(ended, now), std::nullopt);
        back_off.next(ended, now);
    }
}

// Vector R2: whatever ran for more than ten minutes starts anew.
TEST(BackOff, R2_ResetsAfterALongRun) {
    BackOff back_off;
    back_off.next(start, start);
    back_off.next(start, start + 10s);
    EXPECT_EQ(back_off.delay(), 20s);
    const MonotonicTime ended = start + 11min;
    EXPECT_EQ(back_off.blocked_until(ended, ended), std::nullopt);
    back_off.next(ended, ended);
    EXPECT_EQ(back_off.delay(), 10s);
}

TEST(RetryDelay, DoublesToTheMaximum) {
    EXPECT_EQ(retry_delay(0, 100ms, 10s), 100ms);
    EXPECT_EQ(retry_delay(1, 100ms, 10s), 200ms);
    EXPECT_EQ(retry_delay(6, 100ms, 10s), 6400ms);
    EXPECT_EQ(retry_delay(7, 100ms, 10s), 10s);
    EXPECT_EQ(retry_delay(4'000'000'000U, 100ms, 10s), 10s);
}

}  // namespace
}  // namespace hooklet
