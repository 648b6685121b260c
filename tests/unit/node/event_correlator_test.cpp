// SPDX-License-Identifier: Apache-2.0
#include "node/event_correlator.hpp"

#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::StartsWith;

const InvolvedObject web{"Pod", "default", "web", "u1", "spec.containers{app}"};
const WallTime start{std::chrono::sys_days{std::chrono::January / 1 / 2026}};

event::Text unhealthy(int number) {
    return event::probe_failed("Readiness", fmt::format("attempt {}", number));
}

TEST(EventCorrelator, NamesAnEventAfterItsObjectAndTime) {
    EventCorrelator events;
    const auto first = events.observe(web, event::started("app"), start + 5ns);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->namespace_, "default");
    EXPECT_EQ(first->name, fmt::format("web.{:x}", (start + 5ns).time_since_epoch().count()));
    EXPECT_EQ(first->count, 1);
    const auto second = events.observe(web, event::created("app"), start + 5ns);
    ASSERT_TRUE(second);
    EXPECT_NE(second->name, first->name) << "two things of one moment";
}

TEST(EventCorrelator, PutsANodesEventsIntoDefault) {
    EventCorrelator events;
    const auto told = events.observe({"Node", "", "node1", "node1", ""}, event::shutdown_detected(), start);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->namespace_, "default");
}

TEST(EventCorrelator, CountsWhatHappensAgain) {
    EventCorrelator events;
    const auto first = events.observe(web, event::killing("Stopping container app"), start);
    const auto again = events.observe(web, event::killing("Stopping container app"), start + 1min);
    ASSERT_TRUE(first && again);
    EXPECT_EQ(again->name, first->name);
    EXPECT_EQ(again->count, 2);
    EXPECT_EQ(again->first, start);
    EXPECT_EQ(again->last, start + 1min);
    InvolvedObject other = web;
    other.field_path = "spec.containers{other}";
    EXPECT_EQ(events.observe(other, event::killing("Stopping container app"), start)->count, 1);
}

TEST(EventCorrelator, CombinesSimilarNoise) {
    EventCorrelator events;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(events.observe(web, unhealthy(i), start)->count, 1);
    const auto combined = events.observe(web, unhealthy(10), start);
    ASSERT_TRUE(combined);
    EXPECT_THAT(combined->text.message, StartsWith("(combined from similar events): Readiness probe failed"));
    const auto next = events.observe(web, unhealthy(11), start);
    EXPECT_EQ(next->name, combined->name);
    EXPECT_EQ(next->count, 2);
    EXPECT_THAT(next->text.message, testing::EndsWith("attempt 11"));
    const auto later = events.observe(web, unhealthy(12), start + 11min);
    EXPECT_EQ(later->text.message, unhealthy(12).message) << "the window is over";
}

TEST(EventCorrelator, HoldsBackNoiseAndNothingElse) {
    EventCorrelator events;
    const event::Text noise = event::back_off("app", "web_default(u1)");
    std::size_t told = 0;
    for (int i = 0; i < 100; ++i) told += events.observe(web, noise, start).has_value() ? 1 : 0;
    EXPECT_EQ(told, EventCorrelator::burst);
    EXPECT_FALSE(events.observe(web, noise, start + 4min));
    EXPECT_TRUE(events.observe(web, noise, start + 5min));
    EXPECT_FALSE(events.observe(web, noise, start + 6min));
    EXPECT_TRUE(events.observe(web, unhealthy(1), start)) << "another reason has a budget of its own";
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(events.observe(web, event::killing(fmt::format("Stopping {}", i)), start)) << i;
        EXPECT_TRUE(events.observe(web, event::pre_stop_failed("exit code 3"), start)) << i;
    }
}

TEST(EventCorrelator, RemembersOnlySoMuch) {
    EventCorrelator events;
    (void)events.observe(web, event::killing("first"), start);
    for (std::size_t i = 0; i < EventCorrelator::remembered; ++i) {
        (void)events.observe(web, event::killing(fmt::format("{}", i)), start);
    }
    EXPECT_EQ(events.observe(web, event::killing("first"), start)->count, 1) << "forgotten, so a new one";
}

}  // namespace
}  // namespace hooklet
