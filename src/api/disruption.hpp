// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/disruption_types.hpp"
#include "api/types.hpp"
#include "base/time.hpp"

#include <string>

/// What disruption budgets are about. Pure.
namespace hooklet::api {

/// Whether the budget's selector chooses the Pod of its namespace.
bool covers(const PodDisruptionBudget& budget, const Pod& pod);
/// Whether the Pod counts as available: it is ready.
bool is_healthy(const Pod& pod);

/// The condition DisruptionAllowed; nullptr: nobody has looked yet.
const Condition* disruption_condition(const PodDisruptionBudgetStatus& status);
/// Brings the condition in line with what the status allows. lastTransitionTime is `now` when it turns.
void set_disruption_condition(PodDisruptionBudgetStatus& status, WallTime now);
/// Allows nothing, for what the Pods are to be cannot be known.
void set_sync_failed(PodDisruptionBudgetStatus& status, std::string why, WallTime now);
/// Whether that is what the status says.
bool has_failed_sync(const PodDisruptionBudgetStatus& status);

}  // namespace hooklet::api
