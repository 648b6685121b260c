// SPDX-License-Identifier: Apache-2.0
#include "controllers/disruption_status.hpp"

#include "api/disruption.hpp"

#include <algorithm>
#include <expected>
#include <string>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// After which an allowed eviction that ended nothing is forgotten.
constexpr Duration deletion_time = std::chrono::minutes{2};

struct Expectation {
    std::int32_t pods = 0;
    std::int32_t healthy = 0;
};

bool has_controller(const api::Pod& pod) {
    return std::ranges::any_of(pod.metadata.ownerReferences, [](const api::OwnerReference& owner) {
        return owner.controller.value_or(false);
    });
}

/// Or why that cannot be known.
std::expected<Expectation, std::string> expected_of(const api::PodDisruptionBudgetSpec& spec,
                                                    const PodPointers& covered) {
    if (!spec.maxUnavailable && !spec.minAvailable) return Expectation{};
    if (!spec.maxUnavailable && spec.minAvailable->number() != nullptr)
        return Expectation{static_cast<std::int32_t>(covered.size()), *spec.minAvailable->number()};
    for (const auto& pod : covered) {
        if (!has_controller(*pod)) continue;
        return std::unexpected(fmt::format("found no controllers for pod \"{}\"", pod->metadata.name));
    }
    return Expectation{};
}

/// Keeps of the disrupted Pods those that are awaited still.
void age_disrupted(DisruptionStatus& result, const PodPointers& covered, WallTime now) {
    std::map<std::string, api::Time> kept;
    for (const auto& pod : covered) {
        const auto found = result.status.disruptedPods.find(pod->metadata.name);
        if (found == result.status.disruptedPods.end() || pod->metadata.deletionTimestamp) continue;
        const WallTime until = found->second.wall() + deletion_time;
        if (until < now) continue;
        kept.insert(*found);
        result.again = std::min(result.again.value_or(until), until);
    }
    result.status.disruptedPods = std::move(kept);
}

}  // namespace

DisruptionStatus disruption_status(const api::PodDisruptionBudget& budget, const PodPointers& pods,
                                   WallTime now) {
    DisruptionStatus result{budget.status};
    PodPointers covered;
    std::ranges::copy_if(pods, std::back_inserter(covered),
                         [&budget](const auto& pod) { return api::covers(budget, *pod); });
    const auto expected = expected_of(budget.spec, covered);
    if (!expected) {
        api::set_sync_failed(result.status, expected.error(), now);
        return result;
    }
    age_disrupted(result, covered, now);
    api::PodDisruptionBudgetStatus& status = result.status;
    status.currentHealthy =
        static_cast<std::int32_t>(std::ranges::count_if(covered, [&status](const auto& pod) {
            const bool leaves =
                pod->metadata.deletionTimestamp || status.disruptedPods.contains(pod->metadata.name);
            return !leaves && api::is_healthy(*pod);
        }));
    status.desiredHealthy = expected->healthy;
    status.expectedPods = expected->pods;
    const std::int32_t spare = status.currentHealthy - status.desiredHealthy;
    status.disruptionsAllowed = status.expectedPods > 0 ? std::max(spare, 0) : 0;
    status.observedGeneration = budget.metadata.generation;
    api::set_disruption_condition(status, now);
    return result;
}

}  // namespace hooklet
