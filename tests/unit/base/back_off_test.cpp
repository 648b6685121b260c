// SPDX-License-Identifier: Apache-2.0
#include "base/back_off.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
constexpr MonotonicTime start{1h};

TEST(BackOff, TheFirstAttemptIsFree) {
    const BackOff back_off;
    EXPECT_EQ(back_off.blocked_until(start, start), std::nullopt);
}

TEST(BackOff, DoublesUpToTheMaximum) {
    BackOff back_off;
    MonotonicTime now = start;
    for (const Duration delay : {10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
        back_off.next(now, now);
        EXPECT_EQ(back_off.delay(), delay);
        EXPECT_EQ(back_off.blocked_until(now, now + 1s), now + delay);
        EXPECT_EQ(back_off.blocked_until(now, now + delay), std::nullopt);
        now += delay;
    }
}

TEST(BackOff, StartsAnewAfterALongRun) {
    BackOff back_off;
    back_off.next(start, start);
    back_off.next(start + 10s, start + 10s);
    const MonotonicTime later = start + 10s + 601s;
    EXPECT_EQ(back_off.blocked_until(later, later), std::nullopt);
    back_off.next(later, later);
    EXPECT_EQ(back_off.delay(), 10s);
}

TEST(RetryDelay, DoublesAndStops) {
    EXPECT_EQ(retry_delay(0, 1s, 8s), 1s);
    EXPECT_EQ(retry_delay(2, 1s, 8s), 4s);
    EXPECT_EQ(retry_delay(4'000'000'000U, 1s, 8s), 8s);
}

}  // namespace
}  // namespace hooklet
