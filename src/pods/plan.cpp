// SPDX-License-Identifier: Apache-2.0
#include "pods/plan.hpp"

#include <algorithm>

namespace hooklet {

namespace {

bool is_running(const ContainerFacts& container) {
    return container.current && container.current->running();
}

bool any_alive(const Observation& seen) {
    return std::ranges::any_of(seen.containers, is_alive);
}

bool to_be_started(const ContainerFacts& container) {
    // One in an unknown state is stopped first.
    const bool unknown = container.current && container.current->state == cri::ContainerState::unknown;
    return !container.starting && !container.stopping && !container.exit_hook && !unknown &&
           wants_start(container.policy, container.current);
}

void wake(Plan& plan, MonotonicTime at) {
    plan.wake_at = plan.wake_at ? std::min(*plan.wake_at, at) : at;
}

bool has_ended(const ContainerFacts& container) {
    return container.current && container.current->exited() && !is_busy(container) &&
           !to_be_started(container);
}

/// Being stopped, and whatever its exit code will be, it is not started again.
bool is_in_last_stop(const ContainerFacts& container) {
    const bool only_once =
        container.policy.when == RestartPolicy::When::never && container.policy.rules.empty();
    return container.stopping && only_once && container.current && !container.current->restart;
}

/// The ordinary containers have all ended and none is to be started again.
bool has_finished(const Observation& seen, const InitProgress& init) {
    return init.failed || std::ranges::all_of(seen.containers, [](const ContainerFacts& c) {
               return c.role != Role::ordinary || has_ended(c);
           });
}

/// The ordinary containers have ended or are being stopped, none to be started again: sidecars that end now
/// stay so, as when the Pod is deleted.
bool is_finishing(const Observation& seen) {
    return std::ranges::all_of(seen.containers, [](const ContainerFacts& c) {
        return c.role != Role::ordinary || has_ended(c) || is_in_last_stop(c);
    });
}

/// Whether anything that the sidecar at `index` serves is still alive: the ordinary and the plain init
/// containers, and the sidecars behind it (lifecycle spec 3.5).
bool is_served(const Observation& seen, std::size_t index) {
    for (std::size_t i = 0; i < seen.containers.size(); ++i) {
        const ContainerFacts& other = seen.containers[i];
        const bool counts = other.role == Role::ordinary || other.role == Role::init ||
                            (other.role == Role::sidecar && i > index);
        if (counts && i != index && is_alive(other)) return true;
    }
    return false;
}

/// Ends everything that runs; sidecars outlive those that they serve.
void stop_containers(const Observation& seen, StopCause cause, Plan& plan) {
    for (std::size_t i = 0; i < seen.containers.size(); ++i) {
        const ContainerFacts& container = seen.containers[i];
        const bool ordered = container.role == Role::sidecar && is_served(seen, i);
        if (container.starting || container.image == ImageState::pulling) {
            plan.actions.emplace_back(InterruptStart{i});
        } else if (container.stopping) {
            if (container.awaits_turn && !ordered) plan.actions.emplace_back(AllowTerm{i});
        } else if (container.current && container.current->alive()) {
            plan.actions.emplace_back(StopContainer{.index = i, .cause = cause, .ordered = ordered});
        }
    }
}

/// Whether a sandbox call that failed may be tried again; asks to be woken when not.
bool may_touch_sandbox(const Observation& seen, Plan& plan) {
    if (seen.now >= seen.sandbox_not_before) return true;
    wake(plan, seen.sandbox_not_before);
    return false;
}

void plan_end(const Observation& seen, Plan& plan) {
    stop_containers(seen, StopCause::pod_ends, plan);
    if (any_alive(seen)) return;
    plan.completed = true;
    switch (seen.sandbox) {
        case SandboxState::absent:
            plan.gone = seen.deleted;
            break;
        case SandboxState::ready:
        case SandboxState::broken:
            if (may_touch_sandbox(seen, plan)) plan.actions.emplace_back(StopSandbox{});
            break;
        case SandboxState::stopped:
            if (seen.deleted && may_touch_sandbox(seen, plan)) plan.actions.emplace_back(RemoveSandbox{});
            break;
        case SandboxState::making:
        case SandboxState::stopping:
        case SandboxState::removing:
            break;
    }
}

/// A sandbox that broke is stopped once nothing lives in it any more; a new one follows.
void plan_replacement(const Observation& seen, Plan& plan) {
    stop_containers(seen, StopCause::sandbox_changed, plan);
    if (!any_alive(seen) && may_touch_sandbox(seen, plan)) plan.actions.emplace_back(StopSandbox{});
}

/// One step towards the start of container i. Returns whether those behind it have to wait.
bool plan_start(const Observation& seen, std::size_t i, bool held, Plan& plan) {
    const ContainerFacts& container = seen.containers[i];
    if (container.starting) return true;  // its postStart, too, comes before those behind it
    if (container.backed_off) {
        plan.actions.emplace_back(ShowBackOff{i});
        wake(plan, *container.backed_off);
        return false;
    }
    if (seen.now < container.not_before) {
        wake(plan, container.not_before);
        return false;
    }
    if (container.image == ImageState::absent) plan.actions.emplace_back(PullImage{i});
    if (container.image == ImageState::ready && !held) plan.actions.emplace_back(StartContainer{i});
    return true;
}

void plan_ordinary(const Observation& seen, Plan& plan) {
    bool held = false;
    for (std::size_t i = 0; i < seen.containers.size(); ++i) {
        const ContainerFacts& container = seen.containers[i];
        if (container.role != Role::ordinary) continue;
        if (container.starting || to_be_started(container)) {
            held = plan_start(seen, i, held, plan) || held;
        } else if (const auto stop = needed_stop(container, i); stop && !container.stopping) {
            plan.actions.emplace_back(*stop);
        }
    }
}

void plan_init(const Observation& seen, const InitProgress& init, Plan& plan) {
    for (const StopContainer& stop : init.stops) plan.actions.emplace_back(stop);
    bool held = false;
    for (const std::size_t i : init.starts) held = plan_start(seen, i, held, plan) || held;
}

void plan_resize(const Observation& seen, Plan& plan) {
    const bool due =
        seen.cgroup_outdated || std::ranges::any_of(seen.containers, [](const ContainerFacts& c) {
            return c.resize == ResizeNeed::update && !c.stopping;
        });
    if (!due || seen.resizing) return;
    if (seen.now < seen.resize_not_before) {
        wake(plan, seen.resize_not_before);
    } else {
        plan.actions.emplace_back(ResizePod{});
    }
}

void plan_ready(const Observation& seen, const InitProgress& init, Plan& plan) {
    for (std::size_t i = 0; i < seen.containers.size(); ++i) {
        const ContainerFacts& container = seen.containers[i];
        if (container.role == Role::ephemeral && !container.current && !container.starting)
            plan_start(seen, i, false, plan);
    }
    if (!is_finishing(seen)) plan_init(seen, init, plan);
    if (init.done) plan_ordinary(seen, plan);
    plan_resize(seen, plan);
}

bool has_expired(const Observation& seen, Plan& plan) {
    if (!seen.deadline) return false;
    if (seen.now >= *seen.deadline) return true;
    wake(plan, *seen.deadline);
    return false;
}

}  // namespace

bool is_busy(const ContainerFacts& container) {
    return container.image == ImageState::pulling || container.starting || container.stopping ||
           container.exit_hook;
}

bool is_alive(const ContainerFacts& container) {
    return is_running(container) || is_busy(container);
}

std::optional<StopContainer> needed_stop(const ContainerFacts& container, std::size_t index) {
    if (!container.current || container.stopping) return std::nullopt;
    // What is restarted in the end is decided here, before the exit code of the stop is known.
    const bool restarts = container.policy.when != RestartPolicy::When::never;
    if (container.current->state == cri::ContainerState::unknown)
        return StopContainer{index, StopCause::unknown_state, false, restarts};
    if (!container.current->alive() || container.starting) return std::nullopt;
    if (container.definition_changed && container.role != Role::init)
        return StopContainer{index, StopCause::definition_changed, false, true};
    if (container.liveness_failed) return StopContainer{index, StopCause::liveness, false, restarts};
    if (container.startup_failed) return StopContainer{index, StopCause::startup, false, restarts};
    if (container.resize == ResizeNeed::restart) return StopContainer{index, StopCause::resize, false, true};
    return std::nullopt;
}

Plan make_plan(const Observation& seen) {
    Plan plan;
    const InitProgress init = init_progress(seen.containers);
    if (seen.ending || has_finished(seen, init)) {
        plan_end(seen, plan);
        return plan;
    }
    if (has_expired(seen, plan)) {
        plan.actions.emplace_back(ExpirePod{});
        return plan;
    }
    switch (seen.sandbox) {
        case SandboxState::absent:
        case SandboxState::stopped:
            if (may_touch_sandbox(seen, plan)) plan.actions.emplace_back(MakeSandbox{});
            break;
        case SandboxState::broken:
            plan_replacement(seen, plan);
            break;
        case SandboxState::ready:
            plan_ready(seen, init, plan);
            break;
        case SandboxState::making:
        case SandboxState::stopping:
        case SandboxState::removing:
            break;
    }
    return plan;
}

}  // namespace hooklet
