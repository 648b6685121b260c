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
ContainerFacts sidecar(ContainerFacts facts) {
    facts.role = Role::sidecar;
    facts.image = ImageState::ready;
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

using enum RestartPolicy::When;

/// Ordinary containers whose images are there.
Observation alive(SandboxState sandbox, std::vector<ContainerFacts> containers,
                  RestartPolicy::When policy = always) {
    for (ContainerFacts& container : containers) {
        if (container.role != Role::ordinary) continue;
        container.policy.when = policy;
        container.image = ImageState::ready;
    }
    return {.now = now, .sandbox = sandbox, .containers = std::move(containers)};
}

Observation deleted(SandboxState sandbox, std::vector<ContainerFacts> containers) {
    Observation seen = alive(sandbox, std::move(containers));
    seen.ending = true;
    seen.deleted = true;
    return seen;
}

Observation evicted(SandboxState sandbox, std::vector<ContainerFacts> containers) {
    Observation seen = deleted(sandbox, std::move(containers));
    seen.deleted = false;
    return seen;
}

Observation with_deadline(MonotonicTime deadline, Observation seen) {
    seen.deadline = deadline;
    return seen;
}

Observation with_images(std::vector<ImageState> images, Observation seen) {
    for (std::size_t i = 0; i < images.size(); ++i) seen.containers[i].image = images[i];
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
        Case{"images are pulled side by side",
             with_images({ImageState::absent, ImageState::absent},
                         alive(SandboxState::ready, {absent(), absent()})),
             {{PullImage{0}, PullImage{1}}}},
        Case{"but containers start in order",
             with_images({ImageState::pulling, ImageState::ready},
                         alive(SandboxState::ready, {absent(), absent()})),
             nothing},
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
             alive(SandboxState::ready, {exited(3)}, on_failure),
             {{StartContainer{0}}}},
        Case{"OnFailure leaves what succeeded",
             alive(SandboxState::ready, {exited(0), running()}, on_failure), nothing},
        Case{"Never restarts nothing", alive(SandboxState::ready, {exited(3), running()}, never), nothing},
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

INSTANTIATE_TEST_SUITE_P(
    NaturalEnd, PlanTable,
    testing::Values(
        Case{"the sandbox goes when all are done",
             alive(SandboxState::ready, {exited(0), exited(1)}, never),
             {.actions = {StopSandbox{}}, .completed = true}},
        Case{"and stays gone", alive(SandboxState::stopped, {exited(0)}, on_failure), {.completed = true}},
        Case{"not while one still runs", alive(SandboxState::ready, {exited(0), running()}, never), nothing}),
    index_of);

INSTANTIATE_TEST_SUITE_P(
    SandboxChanged, PlanTable,
    testing::Values(
        Case{"what runs in a broken sandbox is stopped",
             alive(SandboxState::broken, {running(), exited(0)}),
             {{StopContainer{0, StopCause::sandbox_changed}}}},
        Case{"then the sandbox", alive(SandboxState::broken, {exited(137)}), {{StopSandbox{}}}},
        Case{"then there is a new one", alive(SandboxState::stopped, {exited(137)}), {{MakeSandbox{}}}},
        Case{"but not for a Pod that is done",
             alive(SandboxState::broken, {exited(137)}, never),
             {.actions = {StopSandbox{}}, .completed = true}}),
    index_of);

INSTANTIATE_TEST_SUITE_P(
    End, PlanTable,
    testing::Values(
        Case{"T17: all containers are stopped at once",
             deleted(SandboxState::ready, {running(), running()}),
             {{StopContainer{0}, StopContainer{1}}}},
        Case{"an eviction, too", evicted(SandboxState::ready, {running()}), {{StopContainer{0}}}},
        Case{"but keeps the records", evicted(SandboxState::stopped, {exited(0)}), {.completed = true}},
        Case{"S20: a start is interrupted",
             deleted(SandboxState::ready, {starting(running()), absent()}),
             {{InterruptStart{0}}}},
        Case{"a stop under way is left to itself", deleted(SandboxState::ready, {stopping()}), nothing},
        Case{"T8: what has ended gets no stop",
             deleted(SandboxState::ready, {exited(0), running()}),
             {{StopContainer{1}}}},
        Case{"nothing is restarted",
             deleted(SandboxState::ready, {exited(1)}),
             {.actions = {StopSandbox{}}, .completed = true}},
        Case{"the sandbox waits for the last container",
             deleted(SandboxState::ready, {exited(1), stopping()}), nothing},
        Case{"records are removed after the sandbox was stopped",
             deleted(SandboxState::stopped, {exited(0)}),
             {.actions = {RemoveSandbox{}}, .completed = true}},
        Case{"a failed removal is retried later",
             sandbox_blocked(deleted(SandboxState::stopped, {exited(0)})),
             {.wake_at = now + 3s, .completed = true}},
        Case{"a Pod that never began is gone at once",
             deleted(SandboxState::absent, {absent()}),
             {.completed = true, .gone = true}},
        Case{"a sandbox in the making is waited for",
             deleted(SandboxState::making, {absent()}),
             {.completed = true}},
        Case{"all removed: gone",
             deleted(SandboxState::absent, {exited(0)}),
             {.completed = true, .gone = true}}),
    index_of);

INSTANTIATE_TEST_SUITE_P(
    Deadline, PlanTable,
    testing::Values(Case{"is waited for",
                         with_deadline(now + 4s, alive(SandboxState::ready, {running()})),
                         {{}, now + 4s}},
                    Case{"M1: ends the Pod",
                         with_deadline(now, alive(SandboxState::ready, {running()})),
                         {{ExpirePod{}}}},
                    Case{"does not matter to a Pod that is done",
                         with_deadline(now, alive(SandboxState::stopped, {exited(0)}, never)),
                         {.completed = true}},
                    Case{"nor to one that ends",
                         with_deadline(now, deleted(SandboxState::ready, {stopping()})), nothing}),
    index_of);

ContainerFacts changed(ContainerFacts facts) {
    facts.definition_changed = true;
    return facts;
}
ContainerFacts liveness_failed() {
    ContainerFacts facts = running();
    facts.liveness_failed = true;
    return facts;
}
ContainerFacts startup_failed() {
    ContainerFacts facts = running();
    facts.startup_failed = true;
    return facts;
}
ContainerFacts unknown() {
    return with_state(cri::ContainerState::unknown);
}
ContainerFacts to_restart(int code) {
    ContainerFacts facts = exited(code);
    facts.current->restart = true;
    return facts;
}

// The kubelet's pass over the Pod waits for the stop, so that sidecars are not started again meanwhile.
INSTANTIATE_TEST_SUITE_P(
    LastStop, PlanTable,
    testing::Values(Case{"a sidecar that ends while the last container is stopped stays so",
                         alive(SandboxState::ready, {sidecar(exited(0)), stopping()}, never), nothing},
                    Case{"it is not stopped for its probe either",
                         alive(SandboxState::ready, {sidecar(liveness_failed()), stopping()}, never),
                         nothing},
                    Case{"another container still works",
                         alive(SandboxState::ready, {sidecar(exited(0)), stopping(), running()}, never),
                         {{StartContainer{0}}}},
                    Case{"the container comes back",
                         alive(SandboxState::ready, {sidecar(exited(0)), stopping()}, on_failure),
                         {{StartContainer{0}}}}),
    index_of);

INSTANTIATE_TEST_SUITE_P(
    Replacement, PlanTable,
    testing::Values(Case{"R5: a changed definition, whatever the policy",
                         alive(SandboxState::ready, {changed(running()), running()}, never),
                         {{StopContainer{0, StopCause::definition_changed, false, true}}}},
                    Case{"what has ended is not looked at",
                         alive(SandboxState::ready, {changed(exited(0)), running()}, never), nothing},
                    Case{"P1: liveness",
                         alive(SandboxState::ready, {liveness_failed()}),
                         {{StopContainer{0, StopCause::liveness, false, true}}}},
                    Case{"P3: liveness, and no restart",
                         alive(SandboxState::ready, {liveness_failed()}, never),
                         {{StopContainer{0, StopCause::liveness, false, false}}}},
                    Case{"P4: startup",
                         alive(SandboxState::ready, {startup_failed()}),
                         {{StopContainer{0, StopCause::startup, false, true}}}},
                    Case{"an unknown state is stopped before the restart",
                         alive(SandboxState::ready, {unknown()}),
                         {{StopContainer{0, StopCause::unknown_state, false, true}}}},
                    Case{"stopped in order to be restarted: exit code 0 does not matter",
                         alive(SandboxState::ready, {to_restart(0)}, on_failure),
                         {{StartContainer{0}}}},
                    Case{"not while its postStart runs",
                         alive(SandboxState::ready, {starting(changed(running()))}), nothing}),
    index_of);

ContainerFacts resized(ResizeNeed need, ContainerFacts facts = running()) {
    facts.resize = need;
    return facts;
}
Observation cgroup_outdated(Observation seen) {
    seen.cgroup_outdated = true;
    return seen;
}
Observation resizing(Observation seen) {
    seen.resizing = true;
    return seen;
}
Observation resize_failed(Observation seen) {
    seen.resize_not_before = now + 2s;
    return seen;
}

INSTANTIATE_TEST_SUITE_P(
    Resize, PlanTable,
    testing::Values(
        Case{"a container that can have it as it runs",
             alive(SandboxState::ready, {resized(ResizeNeed::update), running()}),
             {{ResizePod{}}}},
        Case{"a container that has to be restarted for it, whatever its policy",
             alive(SandboxState::ready, {resized(ResizeNeed::restart)}, never),
             {{StopContainer{0, StopCause::resize, false, true}}}},
        Case{"the Pod's cgroup", cgroup_outdated(alive(SandboxState::ready, {running()})), {{ResizePod{}}}},
        Case{"one at a time", resizing(alive(SandboxState::ready, {resized(ResizeNeed::update)})), nothing},
        Case{"again a while after a failure",
             resize_failed(alive(SandboxState::ready, {resized(ResizeNeed::update)})),
             {{}, now + 2s}},
        Case{"not one that is being stopped",
             alive(SandboxState::ready, {resized(ResizeNeed::update, stopping())}), nothing}),
    index_of);

ContainerFacts ephemeral(ContainerFacts facts = {}) {
    facts.role = Role::ephemeral;
    facts.policy.when = never;
    facts.image = ImageState::ready;
    return facts;
}

INSTANTIATE_TEST_SUITE_P(
    Ephemeral, PlanTable,
    testing::Values(Case{"starts next to the others",
                         alive(SandboxState::ready, {starting(), absent(), ephemeral()}),
                         {{StartContainer{2}}}},
                    Case{"once", alive(SandboxState::ready, {running(), ephemeral(exited(1))}), nothing},
                    Case{"keeps no Pod alive",
                         alive(SandboxState::ready, {exited(0), ephemeral(running())}, never),
                         {{StopContainer{1}}}}),
    index_of);

}  // namespace
}  // namespace hooklet
