// SPDX-License-Identifier: Apache-2.0
#include "pods/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using enum RestartPolicy::When;

constexpr MonotonicTime now = MonotonicTime{} + 1000s;

ContainerFacts facts_of(Role role, RestartPolicy::When when, std::optional<cri::ContainerState> state = {},
                        int exit_code = 0) {
    ContainerFacts facts;
    facts.role = role;
    facts.policy.when = when;
    facts.image = ImageState::ready;
    if (state) facts.current = ContainerRecord{.id = "id", .state = *state, .exit_code = exit_code};
    return facts;
}

ContainerFacts init(std::optional<cri::ContainerState> state = {}, int code = 0) {
    return facts_of(Role::init, on_failure, state, code);
}
ContainerFacts init_never(int code) {
    return facts_of(Role::init, never, cri::ContainerState::exited, code);
}
ContainerFacts sidecar(std::optional<cri::ContainerState> state = {}, int code = 0) {
    return facts_of(Role::sidecar, always, state, code);
}
ContainerFacts app(std::optional<cri::ContainerState> state = {}, int code = 0) {
    return facts_of(Role::ordinary, always, state, code);
}
ContainerFacts job(std::optional<cri::ContainerState> state = {}, int code = 0) {
    return facts_of(Role::ordinary, never, state, code);
}

constexpr auto run = cri::ContainerState::running;
constexpr auto end = cri::ContainerState::exited;

/// A sidecar that is up.
ContainerFacts up() {
    ContainerFacts facts = sidecar(run);
    facts.started = true;
    return facts;
}
ContainerFacts of_old_sandbox(ContainerFacts facts) {
    facts.current->of_old_sandbox = true;
    return facts;
}
ContainerFacts starting(ContainerFacts facts) {
    facts.starting = true;
    return facts;
}
ContainerFacts stopping(ContainerFacts facts) {
    facts.stopping = true;
    return facts;
}
ContainerFacts awaiting(ContainerFacts facts) {
    facts.stopping = true;
    facts.awaits_turn = true;
    return facts;
}
ContainerFacts failing(ContainerFacts facts) {
    facts.startup_failed = true;
    return facts;
}
ContainerFacts out_of_memory() {
    ContainerFacts facts = init(end, 0);
    facts.current->reason = "OOMKilled";
    return facts;
}

/// The engine has told that it succeeded, and its record does not say so yet.
ContainerFacts told(ContainerFacts facts) {
    facts.current->told_success = true;
    facts.current->ended_at = now;
    return facts;
}
ContainerFacts not_ended(ContainerFacts facts) {
    facts.current->ended_at.reset();
    return facts;
}

struct Case {
    const char* name;
    std::vector<ContainerFacts> containers;
    std::vector<Action> actions;
    bool completed = false;
};
void PrintTo(const Case& c, std::ostream* out) {
    *out << c.name;
}

class InitPlan : public testing::TestWithParam<Case> {};

TEST_P(InitPlan, Decides) {
    Observation seen{.now = now, .sandbox = SandboxState::ready, .containers = GetParam().containers};
    const Plan plan = make_plan(seen);
    EXPECT_EQ(plan.actions, GetParam().actions);
    EXPECT_EQ(plan.completed, GetParam().completed);
}

std::string index_of(const testing::TestParamInfo<Case>& param) {
    return std::to_string(param.index);
}

INSTANTIATE_TEST_SUITE_P(
    Init, InitPlan,
    testing::Values(
        Case{"R6: the first comes first", {init(), init(), app()}, {StartContainer{0}}},
        Case{"R6: nothing else while it runs", {init(run), init(), app()}, {}},
        Case{"nor while it starts", {starting(init()), init(), app()}, {}},
        Case{"R6: then the second", {init(end), init(), app()}, {StartContainer{1}}},
        Case{"R6: then the ordinary ones", {init(end), init(end), app()}, {StartContainer{2}}},
        Case{"before its record comes, when the engine has told its success",
             {told(init(run)), init(), app()},
             {StartContainer{1}}},
        Case{"so the ordinary ones", {init(end), told(init(run)), app()}, {StartContainer{2}}},
        Case{
            "not before its process is known to have ended", {not_ended(told(init(run))), init(), app()}, {}},
        Case{"nor when the record says otherwise", {told(out_of_memory()), app()}, {StartContainer{0}}},
        Case{"R7: a failed one is started again", {init(end, 1), init(), app()}, {StartContainer{0}}},
        Case{"one that ran out of memory has failed", {out_of_memory(), app()}, {StartContainer{0}}},
        Case{"R8: with policy Never the Pod fails", {init(end), init_never(1), app()}, {StopSandbox{}}, true},
        Case{"R9: they do not run again with the ordinary ones",
             {init(end), init(end), app(end, 1)},
             {StartContainer{2}}},
        Case{"R9: not even when their records are gone", {init(), init(), app(run)}, {}},
        Case{"R9: nor when the ordinary one has ended", {init(), init(), app(end, 1)}, {StartContainer{2}}},
        Case{"in a new sandbox all begins anew",
             {init(), init(), of_old_sandbox(app(end, 1))},
             {StartContainer{0}}},
        Case{"the last record tells how far it is", {init(), init(end), app()}, {StartContainer{2}}}),
    index_of);

INSTANTIATE_TEST_SUITE_P(
    Sidecar, InitPlan,
    testing::Values(
        Case{"R10: the next waits until it is up", {sidecar(run), init(), app()}, {}},
        Case{"R10: then it starts", {up(), init(), app()}, {StartContainer{1}}},
        Case{
            "as the last one it lets the ordinary ones start", {init(end), up(), app()}, {StartContainer{2}}},
        Case{"R10: a failed startup probe stops it",
             {failing(sidecar(run)), init(), app()},
             {StopContainer{0, StopCause::startup, false, true}}},
        Case{"R11: it is started again before", {sidecar(end), init(), app()}, {StartContainer{0}}},
        Case{"R11: and after the ordinary ones", {sidecar(end), init(end), job(run)}, {StartContainer{0}}},
        Case{"one that is missing later is started", {sidecar(), app(run)}, {StartContainer{0}}},
        Case{"it does not hold up an init container behind it that runs",
             {sidecar(end), init(run), app()},
             {StartContainer{0}}},
        Case{"while it is being stopped nothing is done twice", {stopping(sidecar(run)), init(), app()}, {}}),
    index_of);

INSTANTIATE_TEST_SUITE_P(
    End, InitPlan,
    testing::Values(
        Case{"T18: the sidecars are stopped when the ordinary ones are done, the last one first",
             {up(), up(), job(end)},
             {StopContainer{0, StopCause::pod_ends, true, false}, StopContainer{1}}},
        Case{"T18: the first waits for the second", {awaiting(up()), stopping(up()), job(end)}, {}},
        Case{"T18: its turn has come", {awaiting(up()), sidecar(end, 143), job(end)}, {AllowTerm{0}}},
        Case{"R11: none is started again then", {sidecar(end, 143), job(end)}, {StopSandbox{}}, true}),
    index_of);

TEST(InitPlanDeletion, T12_NoSidecarIsStartedAfterTheEndWasAskedFor) {
    Observation seen{.now = now, .ending = true, .deleted = true, .sandbox = SandboxState::ready};
    seen.containers = {init(run), sidecar(), app()};
    EXPECT_EQ(make_plan(seen).actions, std::vector<Action>{StopContainer{0}});
    seen.containers = {init(end, 137), sidecar(), app()};
    EXPECT_EQ(make_plan(seen).actions, std::vector<Action>{StopSandbox{}});
}

TEST(InitPlanDeletion, OrdinaryOnesAreStoppedAtOnceAndSidecarsInTurn) {
    Observation seen{.now = now, .ending = true, .deleted = true, .sandbox = SandboxState::ready};
    seen.containers = {up(), up(), app(run)};
    const std::vector<Action> expected{StopContainer{.index = 0, .ordered = true},
                                       StopContainer{.index = 1, .ordered = true}, StopContainer{2}};
    EXPECT_EQ(make_plan(seen).actions, expected);
}

}  // namespace
}  // namespace hooklet
