// SPDX-License-Identifier: Apache-2.0
#include "pods/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime now = MonotonicTime{} + 1000s;

ContainerFacts absent() {
    return {};
}

ContainerFacts with_state(cri::ContainerState state, int exit_code = 0) {
    ContainerFacts facts;
    facts.current = ContainerRecord{.id = "id", .state = state, .exit_code = exit_code};
    return facts;
}

ContainerFacts running() {
    return with_state(cri::ContainerState::running);
}
ContainerFacts created() {
    return with_state(cri::ContainerState::created);
}
ContainerFacts exited(int code) {
    return with_state(cri::ContainerState::exited, code);
}

ContainerFacts starting(ContainerFacts facts = {}) {
    facts.starting = true;
    return facts;
}
ContainerFacts stopping() {
    ContainerFacts facts = running();
    facts.stopping = true;
    return facts;
}
ContainerFacts backed_off(int code) {
    ContainerFacts facts = exited(code);
    facts.backed_off = now + 7s;
    return facts;
}
ContainerFacts not_before(ContainerFacts facts, MonotonicTime when) {
    facts.not_before = when;
    return facts;
}

struct Case {
    const char* name;
    Observation seen;
    Plan expected;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.name;
}

Observation alive(SandboxState sandbox, std::vector<ContainerFacts> containers,
                  std::string policy = "Always") {
    return {.now = now,
            .restart_policy = std::move(policy),
            .sandbox = sandbox,
            .containers = std::move(containers)};
}

Observation ending(SandboxState sandbox, std::vector<ContainerFacts> containers) {
    Observation seen = alive(sandbox, std::move(containers));
    seen.terminating = true;
    return seen;
}

Observation sandbox_blocked(Observation seen) {
    seen.sandbox_not_before = now + 3s;
    return seen;
}

class PlanTable : public testing::TestWithParam<Case> {};

TEST_P(PlanTable, Decides) {
    const Plan plan = make_plan(GetParam().seen);
    EXPECT_EQ(plan.actions, GetParam().expected.actions);
    EXPECT_EQ(plan.wake_at, GetParam().expected.wake_at);
    EXPECT_EQ(plan.completed, GetParam().expected.completed);
    EXPECT_EQ(plan.gone, GetParam().expected.gone);
}

const Plan nothing;

std::string index_of(const testing::TestParamInfo<Case>& param) {
    return std::to_string(param.index);
}

INSTANTIATE_TEST_SUITE_P(
    Start, PlanTable,
    testing::Values(
        Case{"a new Pod gets a sandbox first", alive(SandboxState::absent, {absent()}), {{MakeSandbox{}}}},
        Case{"nothing while the sandbox is made", alive(SandboxState::making, {absent()}), nothing},
        Case{"a sandbox that failed is retried later",
             sandbox_blocked(alive(SandboxState::stopped, {absent()})),
             {{}, now + 3s}},
        Case{"containers start in the order of the spec",
             alive(SandboxState::ready, {absent(), absent()}),
             {{StartContainer{0}}}},
        Case{"S8: the next waits for the start and postStart of the one before",
             alive(SandboxState::ready, {starting(running()), absent()}), nothing},
        Case{"then it starts", alive(SandboxState::ready, {running(), absent()}), {{StartContainer{1}}}},
        Case{"one that failed to start does not hold up the next",
             alive(SandboxState::ready, {not_before(absent(), now + 10s), absent()}),
             {{StartContainer{1}}, now + 10s}},
        Case{"a created container that did not start is started anew",
             alive(SandboxState::ready, {created()}),
             {{StartContainer{0}}}},
        Case{"all run: nothing to do", alive(SandboxState::ready, {running(), running()}), nothing}),
    index_of);

INSTANTIATE_TEST_SUITE_P(
    Restart, PlanTable,
    testing::Values(
        Case{
            "Always restarts what succeeded", alive(SandboxState::ready, {exited(0)}), {{StartContainer{0}}}},
        Case{"OnFailure restarts what failed",
             alive(SandboxState::ready, {exited(3)}, "OnFailure"),
             {{StartContainer{0}}}},
        Case{"OnFailure leaves what succeeded",
             alive(SandboxState::ready, {exited(0), running()}, "OnFailure"), nothing},
        Case{"Never restarts nothing", alive(SandboxState::ready, {exited(3), running()}, "Never"), nothing},
        Case{"back-off is shown and waited for",
             alive(SandboxState::ready, {backed_off(1)}),
             {{ShowBackOff{0}}, now + 7s}},
        Case{"back-off of one does not hold up another",
             alive(SandboxState::ready, {backed_off(1), exited(1)}),
             {{ShowBackOff{0}, StartContainer{1}}, now + 7s}},
        Case{"a restart of the first does not wait for a stop of the second",
             alive(SandboxState::ready, {exited(1), stopping()}),
             {{StartContainer{0}}}},
        Case{"a container being stopped is not started", alive(SandboxState::ready, {stopping()}), nothing}),
    index_of);

INSTANTIATE_TEST_SUITE_P(NaturalEnd, PlanTable,
                         testing::Values(Case{"the sandbox goes when all are done",
                                              alive(SandboxState::ready, {exited(0), exited(1)}, "Never"),
                                              {.actions = {StopSandbox{}}, .completed = true}},
                                         Case{"and stays gone",
                                              alive(SandboxState::stopped, {exited(0)}, "OnFailure"),
                                              {.completed = true}},
                                         Case{"not while one still runs",
                                              alive(SandboxState::ready, {exited(0), running()}, "Never"),
                                              nothing}),
                         index_of);

INSTANTIATE_TEST_SUITE_P(
    SandboxChanged, PlanTable,
    testing::Values(
        Case{"what runs in a broken sandbox is stopped",
             alive(SandboxState::broken, {running(), exited(0)}),
             {{StopContainer{0}}}},
        Case{"then the sandbox", alive(SandboxState::broken, {exited(137)}), {{StopSandbox{}}}},
        Case{"then there is a new one", alive(SandboxState::stopped, {exited(137)}), {{MakeSandbox{}}}},
        Case{"but not for a Pod that is done",
             alive(SandboxState::broken, {exited(137)}, "Never"),
             {.actions = {StopSandbox{}}, .completed = true}}),
    index_of);

INSTANTIATE_TEST_SUITE_P(
    End, PlanTable,
    testing::Values(
        Case{"T17: all containers are stopped at once",
             ending(SandboxState::ready, {running(), running()}),
             {{StopContainer{0}, StopContainer{1}}}},
        Case{"S20: a start is interrupted",
             ending(SandboxState::ready, {starting(running()), absent()}),
             {{InterruptStart{0}}}},
        Case{"a stop under way is left to itself", ending(SandboxState::ready, {stopping()}), nothing},
        Case{"T8: what has ended gets no stop",
             ending(SandboxState::ready, {exited(0), running()}),
             {{StopContainer{1}}}},
        Case{"nothing is restarted", ending(SandboxState::ready, {exited(1)}), {{StopSandbox{}}}},
        Case{"the sandbox waits for the last container", ending(SandboxState::ready, {exited(1), stopping()}),
             nothing},
        Case{"records are removed after the sandbox was stopped",
             ending(SandboxState::stopped, {exited(0)}),
             {{RemoveSandbox{}}}},
        Case{"a failed removal is retried later",
             sandbox_blocked(ending(SandboxState::stopped, {exited(0)})),
             {{}, now + 3s}},
        Case{"a Pod that never began is gone at once",
             ending(SandboxState::absent, {absent()}),
             {.gone = true}},
        Case{"a sandbox in the making is waited for", ending(SandboxState::making, {absent()}), nothing},
        Case{"all removed: gone", ending(SandboxState::absent, {exited(0)}), {.gone = true}}),
    index_of);

}  // namespace
}  // namespace hooklet
