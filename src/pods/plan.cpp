// SPDX-License-Identifier: Apache-2.0
#include "pods/plan.hpp"

#include <algorithm>

namespace hooklet {

namespace {

bool is_running(const ContainerFacts& container) {
    return container.current && container.current->running();
}

bool is_busy(const ContainerFacts& container) {
    return container.starting || container.stopping;
}

bool any_alive(const Observation& seen) {
    return std::ranges::any_of(seen.containers,
                               [](const ContainerFacts& c) { return is_running(c) || is_busy(c); });
}

bool to_be_started(const Observation& seen, const ContainerFacts& container) {
    return !is_busy(container) && wants_start(seen.restart_policy, container.current);
}

bool any_to_be_started(const Observation& seen) {
    return std::ranges::any_of(seen.containers,
                               [&](const ContainerFacts& c) { return to_be_started(seen, c); });
}

void wake(Plan& plan, MonotonicTime at) {
    plan.wake_at = plan.wake_at ? std::min(*plan.wake_at, at) : at;
}

/// Ends everything that runs.
void stop_containers(const Observation& seen, Plan& plan) {
    for (std::size_t i = 0; i < seen.containers.size(); ++i) {
        const ContainerFacts& container = seen.containers[i];
        if (container.starting) {
            plan.actions.emplace_back(InterruptStart{i});
        } else if (container.current && container.current->alive() && !container.stopping) {
            plan.actions.emplace_back(StopContainer{i});
        }
    }
}

/// Whether a sandbox call that failed may be tried again; asks to be woken when not.
bool may_touch_sandbox(const Observation& seen, Plan& plan) {
    if (seen.now >= seen.sandbox_not_before) return true;
    wake(plan, seen.sandbox_not_before);
    return false;
}

Plan plan_end(const Observation& seen) {
    Plan plan;
    stop_containers(seen, plan);
    if (any_alive(seen)) return plan;
    switch (seen.sandbox) {
        case SandboxState::absent:
            plan.gone = true;
            break;
        case SandboxState::ready:
        case SandboxState::broken:
            if (may_touch_sandbox(seen, plan)) plan.actions.emplace_back(StopSandbox{});
            break;
        case SandboxState::stopped:
            if (may_touch_sandbox(seen, plan)) plan.actions.emplace_back(RemoveSandbox{});
            break;
        case SandboxState::making:
        case SandboxState::stopping:
        case SandboxState::removing:
            break;
    }
    return plan;
}

/// A sandbox that broke is stopped once nothing lives in it any more; a new one follows.
void plan_replacement(const Observation& seen, Plan& plan) {
    stop_containers(seen, plan);
    if (!any_alive(seen) && may_touch_sandbox(seen, plan)) plan.actions.emplace_back(StopSandbox{});
}

void plan_starts(const Observation& seen, Plan& plan) {
    for (std::size_t i = 0; i < seen.containers.size(); ++i) {
        const ContainerFacts& container = seen.containers[i];
        if (container.starting) return;  // its postStart, too, comes before those behind it
        if (!to_be_started(seen, container)) continue;
        if (container.backed_off) {
            plan.actions.emplace_back(ShowBackOff{i});
            wake(plan, *container.backed_off);
        } else if (seen.now < container.not_before) {
            wake(plan, container.not_before);
        } else {
            plan.actions.emplace_back(StartContainer{i});
            return;
        }
    }
}

}  // namespace

Plan make_plan(const Observation& seen) {
    if (seen.terminating) return plan_end(seen);
    Plan plan;
    plan.completed = !any_alive(seen) && !any_to_be_started(seen);
    switch (seen.sandbox) {
        case SandboxState::absent:
        case SandboxState::stopped:
            if (!plan.completed && may_touch_sandbox(seen, plan)) plan.actions.emplace_back(MakeSandbox{});
            break;
        case SandboxState::broken:
            plan_replacement(seen, plan);
            break;
        case SandboxState::ready:
            plan_starts(seen, plan);
            if (plan.completed && may_touch_sandbox(seen, plan)) plan.actions.emplace_back(StopSandbox{});
            break;
        case SandboxState::making:
        case SandboxState::stopping:
        case SandboxState::removing:
            break;
    }
    return plan;
}

}  // namespace hooklet
