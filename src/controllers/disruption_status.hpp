// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/disruption_types.hpp"
#include "base/time.hpp"
#include "controllers/service_targets.hpp"

#include <optional>

namespace hooklet {

/// What a budget's status should be.
struct DisruptionStatus {
    api::PodDisruptionBudgetStatus status;
    std::optional<WallTime> again{};  ///< When to look again, though nothing else changes.
};

/// Counts those of `pods` that the budget is about. A number of minAvailable is meant as it stands.
/// Percentages and maxUnavailable are of what the Pods' controllers should keep: without a controller that is
/// nothing, so that no disruption is allowed; a Pod whose controller nobody knows (there are none here) fails
/// the whole. A Pod whose eviction was allowed does not count for two minutes.
DisruptionStatus disruption_status(const api::PodDisruptionBudget& budget, const PodPointers& pods,
                                   WallTime now);

}  // namespace hooklet
