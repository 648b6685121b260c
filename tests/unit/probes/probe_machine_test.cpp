// SPDX-License-Identifier: Apache-2.0
#include "probes/probe_machine.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime start{1000s};  // the container's

/// Runs a machine with attempts that take no time, unless told otherwise, and notes when they are.
class Course {
  public:
    Course(ProbeType type, ProbePace pace, std::optional<ProbeMemory> memory = {})
        : machine(type, pace, start, memory) {}

    /// Begins after `wait`, and lets the attempts end as `outcomes` says, in order, until they are used up or
    /// nothing is due any more.
    Course& play(Duration wait, const std::string& outcomes, Duration takes = 0s) {
        now = start + wait;
        ProbeStep step = machine.begin(now);
        for (const char outcome : outcomes) {
            if (!step.attempt) {
                if (!machine.wake_at()) break;
                now = *machine.wake_at();
                step = machine.time_passed(now);
            }
            attempts.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(now - start));
            now += takes;
            step = machine.attempt_ended(outcome == '+'   ? AttemptOutcome::success
                                         : outcome == '-' ? AttemptOutcome::failure
                                                          : AttemptOutcome::error,
                                         now);
            if (step.changed) changes.push_back(static_cast<int>(attempts.size()));
        }
        return *this;
    }

    ProbeMachine machine;
    MonotonicTime now;
    std::vector<std::chrono::milliseconds> attempts;  ///< When, from the container's start on.
    std::vector<int> changes;                         ///< After which attempts the result changed, from 1.
};

using Times = std::vector<std::chrono::milliseconds>;
using Changes = std::vector<int>;

TEST(ProbeMachine, BeforeTheFirstAttempt) {
    EXPECT_EQ(ProbeMachine(ProbeType::startup, {}, start).result(), ProbeResult::unknown);
    EXPECT_EQ(ProbeMachine(ProbeType::liveness, {}, start).result(), ProbeResult::success);
    EXPECT_EQ(ProbeMachine(ProbeType::readiness, {}, start).result(), ProbeResult::failure);
}

TEST(ProbeMachine, ThePaceIsTheSpecs) {
    api::Probe probe;
    probe.initialDelaySeconds = 5;
    probe.periodSeconds = 7;
    probe.successThreshold = 2;
    probe.failureThreshold = 4;
    const ProbePace pace = pace_of(probe);
    EXPECT_EQ(pace.initial_delay, 5s);
    EXPECT_EQ(pace.period, 7s);
    EXPECT_EQ(pace.success_threshold, 2);
    EXPECT_EQ(pace.failure_threshold, 4);
    const ProbePace least = pace_of({});
    EXPECT_EQ(least.period, 1s);
    EXPECT_EQ(least.failure_threshold, 1);
}

/// When the attempts are: `begun` after the container's start, each taking `takes`.
struct TimingCase {
    std::string name;
    Duration initial_delay{};
    Duration period{};
    Duration begun{};
    Duration takes{};
    Times attempts;
};

class Timing : public testing::TestWithParam<TimingCase> {};

TEST_P(Timing, OfTheAttempts) {
    const TimingCase& c = GetParam();
    Course run(ProbeType::readiness, {c.initial_delay, c.period, 1, 1});
    run.play(c.begun, std::string(c.attempts.size(), '+'), c.takes);
    EXPECT_EQ(run.attempts, c.attempts);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Timing,
    testing::Values(TimingCase{"AtOnceWithoutDelay", 0s, 10s, 0s, 0s, {0s, 10s, 20s, 30s}},
                    TimingCase{"FromTheContainersStart", 15s, 10s, 2s, 0s, {15s, 25s, 35s}},
                    TimingCase{"AtOnceWhenTheDelayIsOver", 15s, 10s, 32s, 0s, {32s, 42s, 52s}},
                    TimingCase{"NotLaterForAnAttemptsLength", 0s, 10s, 0s, 3s, {0s, 10s, 20s}},
                    TimingCase{"LeftOutDuringAnAttempt", 0s, 1s, 0s, 2500ms, {0s, 3s, 6s}},
                    TimingCase{"AtOnceWhenAnAttemptTakesThePeriod", 0s, 1s, 0s, 1s, {0s, 1s, 2s}}),
    [](const auto& test) { return test.param.name; });

/// What a row of attempts comes to: `+` success, `-` failure, `?` error.
struct CountCase {
    std::string name;
    ProbeType type;
    int success_threshold = 1;
    int failure_threshold = 1;
    std::string outcomes;
    ProbeResult result;
    Changes changes;
    std::size_t attempts = 0;  ///< That were made of them.
};

class Counting : public testing::TestWithParam<CountCase> {};

TEST_P(Counting, OfResults) {
    const CountCase& c = GetParam();
    Course run(c.type, {0s, 1s, c.success_threshold, c.failure_threshold});
    run.play(0s, c.outcomes);
    EXPECT_EQ(run.machine.result(), c.result);
    EXPECT_EQ(run.changes, c.changes);
    EXPECT_EQ(run.attempts.size(), c.attempts);
}

constexpr auto startup = ProbeType::startup;
constexpr auto liveness = ProbeType::liveness;
constexpr auto readiness = ProbeType::readiness;

INSTANTIATE_TEST_SUITE_P(
    Table, Counting,
    testing::Values(
        CountCase{"LivenessHoldsBelowTheThreshold", liveness, 1, 3, "--+--", ProbeResult::success, {}, 5},
        CountCase{"LivenessFailsAndIsOver", liveness, 1, 3, "+---++", ProbeResult::failure, {4}, 4},
        CountCase{"ErrorsCountForNothing", liveness, 1, 3, "--?-+", ProbeResult::failure, {4}, 4},
        CountCase{"ErrorsAloneChangeNothing", liveness, 1, 1, "????", ProbeResult::success, {}, 4},
        CountCase{"ReadinessComesAndGoes", readiness, 1, 1, "-+--+", ProbeResult::success, {2, 3, 5}, 5},
        CountCase{"ReadinessTakesItsSuccesses", readiness, 3, 1, "++-+++", ProbeResult::success, {6}, 6},
        CountCase{"ReadinessGoesAtTheThreshold", readiness, 1, 3, "+---", ProbeResult::failure, {1, 4}, 4},
        CountCase{"ReadinessGoesOnForEver", readiness, 1, 1, "------", ProbeResult::failure, {}, 6},
        CountCase{"StartupSucceedsAndIsOver", startup, 1, 5, "--+--", ProbeResult::success, {3}, 3},
        CountCase{"StartupFailsAndIsOver", startup, 1, 5, "-----+", ProbeResult::failure, {5}, 5},
        CountCase{"StartupIsUnknownInBetween", startup, 1, 5, "----", ProbeResult::unknown, {}, 4}),
    [](const auto& test) { return test.param.name; });

TEST(ProbeMachine, ThereIsNoAttemptBeforeItBegins) {
    ProbeMachine machine(ProbeType::liveness, {0s, 1s, 1, 1}, start);
    EXPECT_EQ(machine.wake_at(), std::nullopt);
    EXPECT_EQ(machine.time_passed(start + 100s), ProbeStep{});
    EXPECT_TRUE(machine.begin(start + 100s).attempt);
    EXPECT_EQ(machine.begin(start + 100s), ProbeStep{});
}

TEST(ProbeMachine, NothingButTheTimeMakesItProbe) {
    Course run(ProbeType::readiness, {0s, 10s, 1, 1});
    run.play(0s, "-");
    EXPECT_EQ(run.machine.time_passed(start + 1s), ProbeStep{});
    EXPECT_EQ(run.machine.time_passed(start + 9999ms), ProbeStep{});
    EXPECT_TRUE(run.machine.time_passed(start + 10s).attempt);
    EXPECT_EQ(run.machine.time_passed(start + 20s), ProbeStep{}) << "one is under way";
}

TEST(ProbeMachine, StoppedItDoesNothingMore) {
    ProbeMachine machine(ProbeType::liveness, {0s, 1s, 1, 1}, start);
    EXPECT_TRUE(machine.begin(start).attempt);
    machine.stop();
    EXPECT_EQ(machine.attempt_ended(AttemptOutcome::failure, start + 1s), ProbeStep{});
    EXPECT_EQ(machine.result(), ProbeResult::success);
    EXPECT_EQ(machine.wake_at(), std::nullopt);
}

TEST(ProbeMachine, GoesOnWhereAnotherWas) {
    const ProbePace pace{0s, 10s, 1, 3};
    const ProbeMemory memory = Course(ProbeType::liveness, pace).play(0s, "+--").machine.memory();
    Course next(ProbeType::liveness, pace, memory);
    next.play(34s, "-");
    EXPECT_EQ(next.machine.result(), ProbeResult::failure);
    EXPECT_EQ(next.attempts, Times{34s}) << "the one of 30 s was missed";
    EXPECT_EQ(next.machine.memory().next, start + 40s) << "and the row goes on";
}

TEST(ProbeMachine, ReadinessThatWasCarriedOverDoesNotFlap) {
    const ProbePace pace{0s, 10s, 3, 3};
    const ProbeMemory memory = Course(ProbeType::readiness, pace).play(0s, "+++").machine.memory();
    Course next(ProbeType::readiness, pace, memory);
    EXPECT_EQ(next.machine.result(), ProbeResult::success);
    next.play(25s, "--");
    EXPECT_EQ(next.machine.result(), ProbeResult::success);
    EXPECT_EQ(next.attempts, (Times{30s, 40s}));
}

TEST(ProbeMachine, WhatWasConclusiveStaysSo) {
    const ProbePace pace{0s, 10s, 1, 1};
    for (const ProbeType type : {ProbeType::startup, ProbeType::liveness}) {
        const ProbeMemory memory = Course(type, pace).play(0s, "-").machine.memory();
        Course next(type, pace, memory);
        next.play(5s, "+");
        EXPECT_EQ(next.attempts, Times{});
        EXPECT_EQ(next.machine.result(), ProbeResult::failure);
    }
}

// A kubelet counts on: two failures before the container's own end and one after it kill the new instance.
TEST(ProbeMachine, P13_ANewInstanceCountsFromNothing) {
    const ProbePace pace{0s, 10s, 1, 3};
    EXPECT_EQ(Course(ProbeType::liveness, pace).play(0s, "--").machine.result(), ProbeResult::success);
    EXPECT_EQ(Course(ProbeType::liveness, pace).play(0s, "-").machine.result(), ProbeResult::success);
}

}  // namespace
}  // namespace hooklet
