// SPDX-License-Identifier: Apache-2.0
#include "cli/run_machine.hpp"

#include "cli/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

const std::vector<PodRef> two{{"default", "a", "a"}, {"default", "b", "b"}};
const PodView pending{};
const PodView running{.running = true};
const PodView ready{.running = true, .ready = true};
const PodView succeeded{.succeeded = true};
const PodView failed{.failed = true};

RunGoal goal(Until until, std::optional<Duration> hold = {}, std::optional<std::int64_t> grace = {}) {
    return {until, hold, grace};
}

bool removes(const RunAction& action, std::optional<std::int64_t> grace = {}) {
    const auto* removal = std::get_if<Remove>(&action);
    return removal != nullptr && removal->grace_s == grace;
}

struct Case {
    Until until;
    PodView a;
    PodView b;
    bool stops;
    bool fails;
};

// What the states of two Pods mean for each goal.
const Case cases[] = {
    {Until::ended, running, succeeded, false, false},   {Until::ended, ready, failed, false, false},
    {Until::ended, succeeded, succeeded, true, false},  {Until::ended, failed, succeeded, true, false},
    {Until::running, running, pending, false, false},   {Until::running, running, running, true, false},
    {Until::running, running, succeeded, true, false},  {Until::running, running, failed, true, true},
    {Until::ready, running, ready, false, false},       {Until::ready, ready, ready, true, false},
    {Until::ready, pending, succeeded, true, true},     {Until::ready, ready, failed, true, true},
    {Until::completed, ready, succeeded, false, false}, {Until::completed, succeeded, succeeded, true, false},
    {Until::completed, running, failed, true, true},
};

TEST(RunMachine, goals) {
    int number = 0;
    for (const Case& c : cases) {
        RunMachine machine(goal(c.until), two);
        EXPECT_EQ(machine.pod_changed("a", c.a), RunAction{Wait{}}) << number;
        const RunAction action = machine.pod_changed("b", c.b);
        EXPECT_EQ(removes(action), c.stops) << number;
        EXPECT_EQ(machine.problems().empty(), !c.fails) << number;
        ++number;
    }
}

TEST(RunMachine, says_why_a_goal_is_out_of_reach) {
    RunMachine machine(goal(Until::ready), two);
    (void)machine.pod_changed("a", succeeded);
    EXPECT_THAT(machine.problems(), ElementsAre("a: completed, so it can't be ready any more"));
}

TEST(RunMachine, finishes_when_all_are_gone) {
    RunMachine machine(goal(Until::running, {}, 7), two);
    (void)machine.pod_changed("a", running);
    EXPECT_TRUE(removes(machine.pod_changed("b", running), 7));
    EXPECT_EQ(machine.pod_changed("b", failed), RunAction{Wait{}});
    EXPECT_THAT(machine.failed(), IsEmpty());
    EXPECT_EQ(machine.pod_gone("a"), RunAction{Wait{}});
    EXPECT_THAT(machine.remaining(), ElementsAre(two[1]));
    EXPECT_EQ(machine.pod_gone("b"), RunAction{Finish{}});
    EXPECT_EQ(machine.interrupted(), RunAction{Wait{}});
}

TEST(RunMachine, a_pod_that_failed_by_itself_is_remembered) {
    RunMachine machine(goal(Until::ended), two);
    (void)machine.pod_changed("a", failed);
    EXPECT_TRUE(removes(machine.pod_changed("b", succeeded)));
    EXPECT_THAT(machine.failed(), ElementsAre(RunMachine::FailedPod{two[0], ""}));
    EXPECT_THAT(machine.problems(), IsEmpty());
}

TEST(RunMachine, a_pod_that_was_ended_for_a_reason_is_remembered_although_it_is_being_stopped) {
    RunMachine machine(goal(Until::ended), two);
    EXPECT_TRUE(removes(machine.interrupted()));
    (void)machine.pod_changed("a", PodView{.failed = true, .reason = "DeadlineExceeded: too long"});
    (void)machine.pod_changed("b", failed);
    EXPECT_THAT(machine.failed(), ElementsAre(RunMachine::FailedPod{two[0], "DeadlineExceeded: too long"}));
}

TEST(RunMachine, three_interrupts) {
    RunMachine machine(goal(Until::ended, {}, 20), two);
    EXPECT_TRUE(removes(machine.interrupted(), 20));
    EXPECT_TRUE(removes(machine.interrupted(), 1));
    EXPECT_EQ(machine.interrupted(), RunAction{Abandon{}});
    EXPECT_EQ(machine.interrupted(), RunAction{Wait{}});
    EXPECT_TRUE(machine.was_interrupted());
    EXPECT_THAT(machine.remaining(), ElementsAre(two[0], two[1]));
}

TEST(RunMachine, an_interrupt_shortens_a_stop_that_began_by_itself) {
    RunMachine machine(goal(Until::running), two);
    (void)machine.pod_changed("a", running);
    EXPECT_TRUE(removes(machine.pod_changed("b", running)));
    EXPECT_FALSE(machine.was_interrupted());
    EXPECT_TRUE(removes(machine.interrupted(), 1));
    EXPECT_TRUE(machine.was_interrupted());
}

TEST(RunMachine, hold_counts_from_when_every_pod_runs_or_has_ended) {
    RunMachine machine(goal(Until::ended, 5s), two);
    EXPECT_EQ(machine.pod_changed("a", succeeded), RunAction{Wait{}});
    EXPECT_EQ(machine.pod_changed("b", running), (RunAction{StartHold{5s}}));
    EXPECT_EQ(machine.pod_changed("b", ready), RunAction{Wait{}});
    EXPECT_TRUE(removes(machine.hold_over()));
    EXPECT_THAT(machine.problems(), IsEmpty());
    EXPECT_EQ(machine.hold_over(), RunAction{Wait{}});
}

TEST(RunMachine, hold_is_the_time_limit_of_a_goal) {
    RunMachine machine(goal(Until::ready, 5s), two);
    (void)machine.pod_changed("a", ready);
    EXPECT_EQ(machine.pod_changed("b", running), (RunAction{StartHold{5s}}));
    EXPECT_TRUE(removes(machine.hold_over()));
    EXPECT_THAT(machine.problems(), ElementsAre("b: not ready within 5s of running"));
}

TEST(ExitCode, table) {
    EXPECT_EQ(exit_code(false, {}), 0);
    EXPECT_EQ(exit_code(false, {"a: failed"}), 1);
    EXPECT_EQ(exit_code(true, {}), 130);
    EXPECT_EQ(exit_code(true, {"a: failed"}), 130);
}

}  // namespace
}  // namespace hooklet::cli
