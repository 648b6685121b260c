// SPDX-License-Identifier: Apache-2.0
#include "events/journal.hpp"

#include "support/sim_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::sim {
namespace {

using ::testing::ElementsAre;

class JournalOnABadDisk : public ::testing::Test {
  protected:
    JournalOnABadDisk() {
        journal.on_error([this](const Error& error) { told.push_back(error.text()); });
    }
    /// The life of one attempt.
    void deliver() {
        HookAttempt attempt;
        attempt.pod = {"default", "web", "uid-1"};
        attempt.container = "main";
        attempt.hook = HookType::pre_stop;
        attempt = world.loop.run(journal.begin(attempt));
        attempt.outcome = HookOutcome::succeeded;
        world.loop.run(journal.finish(attempt));
    }

    SimWorld world;
    Journal journal{&world.journal, &world.loop.clock(), &world.random, world.loop.executor()};
    std::vector<std::string> told;
};

TEST_F(JournalOnABadDisk, AnAttemptIsRecordedWithItsEndWhenItsBeginningCouldNotBe) {
    for (const Fault fault : {Fault::error, Fault::lost_answer}) {
        world.faults.force("journal.add_attempt", fault);
        deliver();
        const auto& hooks = world.journal.contents().hooks;
        ASSERT_FALSE(hooks.empty());
        EXPECT_EQ(hooks.back().outcome, HookOutcome::succeeded);
        EXPECT_FALSE(hooks.back().delivery_id.empty());
    }
    EXPECT_EQ(world.journal.contents().hooks.size(), 2U) << "one for each, whatever the disk did";
    const std::string text = "preStop of default/web container main, attempt 1: disk I/O error";
    EXPECT_THAT(told, ElementsAre(text, text));
}

TEST_F(JournalOnABadDisk, WhatIsNotRecordedIsTold) {
    world.faults.force("journal.add_attempt", Fault::error);
    for (int i = 0; i < 2; ++i) world.faults.force("journal.finish_attempt", Fault::error);
    deliver();
    LifecycleStep step;
    step.pod = {"default", "web", "uid-1"};
    step.step = StepKind::exited;
    world.faults.force("journal.add_step", Fault::error);
    journal.step(step);
    EventRecord event;
    event.pod = step.pod;
    event.reason = "Killing";
    world.faults.force("journal.add_event", Fault::error);
    journal.event(event);
    world.loop.run(journal.stop());
    EXPECT_THAT(
        told,
        ElementsAre("preStop of default/web container main, attempt 1: disk I/O error",
                    "preStop of default/web container main, attempt 1: Succeeded: disk I/O error",
                    "Exited of default/web: disk I/O error", "event Killing of default/web: disk I/O error"));
    EXPECT_TRUE(world.journal.contents().hooks.empty());
}

TEST_F(JournalOnABadDisk, AnEndThatCouldNotBeRecordedIsRecordedWhenItCan) {
    for (int i = 0; i < 3; ++i) world.faults.force("journal.finish_attempt", Fault::error);
    deliver();
    const auto outcome = [&] { return world.journal.contents().hooks.at(0).outcome; };
    EXPECT_FALSE(outcome());
    world.loop.run_for(std::chrono::seconds{25});
    EXPECT_FALSE(outcome());
    world.loop.run_for(std::chrono::seconds{10});
    EXPECT_EQ(outcome(), HookOutcome::succeeded);
    EXPECT_EQ(told.size(), 1U) << "it is told once";
    world.loop.run(journal.stop());
}

}  // namespace
}  // namespace hooklet::sim
