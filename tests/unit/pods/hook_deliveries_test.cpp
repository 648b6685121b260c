// SPDX-License-Identifier: Apache-2.0
#include "pods/hook_deliveries.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

constexpr HookType post_start = HookType::post_start;
const Now taken_over{MonotonicTime{100s}, WallTime{5000s}};

HookAttempt made_attempt(std::int32_t number, WallTime started_at, std::optional<HookOutcome> outcome) {
    HookAttempt attempt;
    attempt.container_id = "c1";
    attempt.hook = post_start;
    attempt.delivery_id = "d";
    attempt.attempt = number;
    attempt.started_at = started_at;
    attempt.outcome = outcome;
    return attempt;
}

ContainerLeftover cut_off_twice() {
    ContainerLeftover left;
    left.hooks = {made_attempt(1, WallTime{4970s}, HookOutcome::unknown),
                  made_attempt(2, WallTime{4990s}, HookOutcome::unknown)};
    return left;
}

TEST(HookDeliveries, AFirstDeliveryBeginsNow) {
    HookDeliveries deliveries;
    EXPECT_FALSE(deliveries.has_begun("c1", post_start));
    EXPECT_FALSE(deliveries.begin("c1", post_start, taken_over));
    EXPECT_TRUE(deliveries.has_begun("c1", post_start));
    EXPECT_FALSE(deliveries.has_begun("c1", HookType::pre_stop));
    EXPECT_FALSE(deliveries.has_begun("c2", post_start));
    ContainerMemory memory;
    deliveries.remember(memory);
    EXPECT_EQ(memory.hooked_id, "c1");
    EXPECT_EQ(memory.hooks.at(std::string(name(post_start))), taken_over.monotonic);
}

TEST(HookDeliveries, OneThatWasCutOffGoesOnByTheJournal) {
    HookDeliveries deliveries;
    deliveries.take_over(cut_off_twice());
    EXPECT_EQ(deliveries.done("c1", post_start, false), nullptr);
    const auto again = deliveries.begin("c1", post_start, taken_over);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->last.attempt, 2);
    EXPECT_EQ(again->since_first, 30s);
    EXPECT_EQ(again->since_last, 10s);
}

TEST(HookDeliveries, WhatWasRememberedCountsBeforeTheJournal) {
    ContainerLeftover left = cut_off_twice();
    left.memory.hooked_id = "c1";
    left.memory.hooks = {{std::string(name(post_start)), MonotonicTime{60s}}};
    HookDeliveries deliveries;
    deliveries.take_over(left);
    const auto again = deliveries.begin("c1", post_start, taken_over);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->since_first, 40s);
    EXPECT_EQ(again->since_last, 20s);
}

TEST(HookDeliveries, OneThatCameToAnEndIsDone) {
    ContainerLeftover left;
    left.hooks = {made_attempt(1, WallTime{4970s}, HookOutcome::failed)};
    HookDeliveries deliveries;
    deliveries.take_over(left);
    const HookAttempt* done = deliveries.done("c1", post_start, false);
    ASSERT_NE(done, nullptr);
    EXPECT_EQ(done->outcome, HookOutcome::failed);
    EXPECT_EQ(deliveries.done("c2", post_start, false), nullptr);
}

}  // namespace
}  // namespace hooklet
