// SPDX-License-Identifier: Apache-2.0
#include "api/disruption.hpp"

#include "api/selector.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::api {

namespace {

constexpr const char* allowed_type = "DisruptionAllowed";
constexpr const char* sync_failed = "SyncFailed";

void set_allowed(PodDisruptionBudgetStatus& status, bool allowed, std::string reason, std::string message,
                 WallTime now) {
    auto found = std::ranges::find(status.conditions, allowed_type, &Condition::type);
    if (found == status.conditions.end()) {
        found = status.conditions.emplace(status.conditions.end());
        found->type = allowed_type;
    }
    const std::string value = allowed ? "True" : "False";
    if (found->status != value) found->lastTransitionTime = now;
    found->status = value;
    found->observedGeneration = status.observedGeneration;
    found->reason = std::move(reason);
    found->message = std::move(message);
}

}  // namespace

bool covers(const PodDisruptionBudget& budget, const Pod& pod) {
    if (!budget.spec.selector || budget.metadata.namespace_ != pod.metadata.namespace_) return false;
    const auto requirements = label_requirements(*budget.spec.selector);
    return requirements && matches(*requirements, pod.metadata.labels);
}

bool is_healthy(const Pod& pod) {
    return std::ranges::any_of(pod.status.conditions, [](const PodCondition& condition) {
        return condition.type == "Ready" && condition.status == "True";
    });
}

const Condition* disruption_condition(const PodDisruptionBudgetStatus& status) {
    const auto found = std::ranges::find(status.conditions, allowed_type, &Condition::type);
    return found == status.conditions.end() ? nullptr : &*found;
}

void set_disruption_condition(PodDisruptionBudgetStatus& status, WallTime now) {
    const bool allowed = status.disruptionsAllowed > 0;
    set_allowed(status, allowed, allowed ? "SufficientPods" : "InsufficientPods", "", now);
}

void set_sync_failed(PodDisruptionBudgetStatus& status, std::string why, WallTime now) {
    status.disruptionsAllowed = 0;
    set_allowed(status, false, sync_failed, std::move(why), now);
}

bool has_failed_sync(const PodDisruptionBudgetStatus& status) {
    const Condition* condition = disruption_condition(status);
    return condition != nullptr && condition->status == "False" && condition->reason == sync_failed;
}

}  // namespace hooklet::api
