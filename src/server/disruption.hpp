// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/disruption_types.hpp"
#include "server/services.hpp"
#include "server/target.hpp"

#include <string>

namespace hooklet::server {

/// On which terms a Pod may be evicted.
struct EvictionPermit {
    /// The budget that lets it go only as long as it is not ready; empty: it may go as it is.
    std::string unready_for{};
};

/// 429 for an eviction under a budget whose status is about to change.
ApiStatus budget_in_progress(const std::string& budget);

/// Whether the Pod, which is not ready, may go without being counted: the budget always allows that, or has
/// enough others.
bool lets_unready_go(const api::PodDisruptionBudget& budget);

/// The budget after an eviction of this Pod, which its status remembers. 429 when it allows none.
Answer<api::PodDisruptionBudget> spend(api::PodDisruptionBudget budget, const std::string& pod, WallTime now);

/// Asks the budgets that are about this Pod of the target, and takes an eviction from the one that is: 429
/// when it allows none, 500 when there are more of them. What a dry run takes is not stored.
Task<Answer<EvictionPermit>> permit_eviction(Services services, api::Pod pod, bool dry_run);

}  // namespace hooklet::server
