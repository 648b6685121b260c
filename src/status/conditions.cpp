// SPDX-License-Identifier: Apache-2.0
#include "status/conditions.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

constexpr std::string_view disruption_target = "DisruptionTarget";
constexpr std::string_view resize_pending = "PodResizePending";
constexpr std::string_view resize_in_progress = "PodResizeInProgress";
constexpr std::array<std::string_view, 8> owned{
    resize_pending, resize_in_progress, disruption_target, "PodReadyToStartContainers", "Initialized",
    "Ready",        "ContainersReady",  "PodScheduled"};

bool is_owned(const api::PodCondition& condition) {
    return std::ranges::find(owned, condition.type) != owned.end();
}

/// Why a condition is False; both empty when it is True.
struct Why {
    std::string reason;
    std::string message;
};

const api::PodCondition* find(const std::vector<api::PodCondition>& conditions, std::string_view type) {
    const auto found = std::ranges::find(conditions, type, &api::PodCondition::type);
    return found == conditions.end() ? nullptr : &*found;
}

api::PodCondition condition(const StatusInput& input, std::string type, bool holds, Why why = {}) {
    api::PodCondition out;
    out.type = std::move(type);
    out.status = holds ? "True" : "False";
    out.reason = std::move(why.reason);
    out.message = std::move(why.message);
    out.observedGeneration = input.pod->metadata.generation;
    out.lastTransitionTime = api::Time(input.now);
    const api::PodCondition* old = find(input.pod->status.conditions, out.type);
    if (old && old->status == out.status) out.lastTransitionTime = old->lastTransitionTime;
    return out;
}

api::PodCondition initialized(const StatusInput& input, const api::PodStatus& status) {
    if (status.phase == "Succeeded") return condition(input, "Initialized", true, {"PodCompleted", {}});
    const bool past = std::ranges::any_of(status.containerStatuses, [](const api::ContainerStatus& c) {
        return c.state.running || c.state.terminated || c.lastState.terminated;
    });
    std::vector<std::string> incomplete;
    for (const api::ContainerStatus& c : status.initContainerStatuses) {
        const bool sidecar = input.containers.at(c.name).role == Role::sidecar;
        if (sidecar ? !c.started.value_or(false) : !c.ready) incomplete.push_back(c.name);
    }
    if (past || incomplete.empty()) return condition(input, "Initialized", true);
    return condition(input, "Initialized", false,
                     {"ContainersNotInitialized",
                      fmt::format("containers with incomplete status: [{}]", fmt::join(incomplete, " "))});
}

Why why_containers_unready(const StatusInput& input, const api::PodStatus& status) {
    if (status.phase == "Succeeded") return {"PodCompleted", {}};
    if (status.phase == "Failed") return {"PodFailed", {}};
    std::vector<std::string> names;
    for (const api::ContainerStatus& c : status.initContainerStatuses) {
        if (input.containers.at(c.name).role == Role::sidecar && !c.ready) names.push_back(c.name);
    }
    for (const api::ContainerStatus& c : status.containerStatuses) {
        if (!c.ready) names.push_back(c.name);
    }
    if (names.empty()) return {};
    return {"ContainersNotReady", fmt::format("containers with unready status: [{}]", fmt::join(names, " "))};
}

Why why_gates_closed(const StatusInput& input) {
    std::vector<std::string> closed;
    for (const api::PodReadinessGate& gate : input.pod->spec.readinessGates) {
        const api::PodCondition* found = find(input.pod->status.conditions, gate.conditionType);
        if (!found) {
            closed.push_back(fmt::format(
                "corresponding condition of pod readiness gate \"{}\" does not exist.", gate.conditionType));
        } else if (found->status != "True") {
            closed.push_back(fmt::format("the status of pod readiness gate \"{}\" is not \"True\", but {}",
                                         gate.conditionType, found->status));
        }
    }
    if (closed.empty()) return {};
    return {"ReadinessGatesNotReady", fmt::format("{}", fmt::join(closed, ", "))};
}

void add_resize(const StatusInput& input, std::string_view type, const std::optional<ResizeNote>& note,
                std::vector<api::PodCondition>& out) {
    if (!note) return;
    out.push_back(condition(input, std::string(type), true, {note->reason, note->message}));
    out.back().observedGeneration = note->generation;
}

/// Set when the Pod was ended for the machine's sake, and then for good.
void add_disruption(const StatusInput& input, std::vector<api::PodCondition>& out) {
    if (input.end && input.end->disruption && input.final_) {
        out.push_back(condition(input, std::string(disruption_target), true,
                                {"TerminationByKubelet", *input.end->disruption}));
    } else if (const auto* old = find(input.pod->status.conditions, disruption_target)) {
        out.push_back(*old);
    }
}

}  // namespace

std::vector<api::PodCondition> make_conditions(const StatusInput& input, const api::PodStatus& status) {
    std::vector<api::PodCondition> out;
    for (const api::PodCondition& old : input.pod->status.conditions) {
        if (!is_owned(old)) out.push_back(old);
    }
    add_resize(input, resize_pending, input.resize.pending, out);
    add_resize(input, resize_in_progress, input.resize.in_progress, out);
    add_disruption(input, out);
    const Why containers = why_containers_unready(input, status);
    const bool containers_ready = containers.reason.empty();
    const Why pod = containers_ready ? why_gates_closed(input) : containers;
    out.push_back(condition(input, "PodReadyToStartContainers", input.sandbox_ready));
    out.push_back(initialized(input, status));
    out.push_back(condition(input, "Ready", pod.reason.empty(), pod));
    out.push_back(condition(input, "ContainersReady", containers_ready, containers));
    out.push_back(condition(input, "PodScheduled", true));
    return out;
}

std::vector<api::PodCondition> with_foreign_conditions(const std::vector<api::PodCondition>& own,
                                                       const std::vector<api::PodCondition>& theirs) {
    std::vector<api::PodCondition> out;
    for (const api::PodCondition& condition : theirs) {
        if (!is_owned(condition)) out.push_back(condition);
    }
    const api::PodCondition* disruption = find(theirs, disruption_target);
    if (disruption != nullptr && find(own, disruption_target) == nullptr) out.push_back(*disruption);
    for (const api::PodCondition& condition : own) {
        if (is_owned(condition)) out.push_back(condition);
    }
    return out;
}

}  // namespace hooklet
