// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "status/pod_status.hpp"

namespace hooklet {

/// The Pod's conditions (lifecycle spec 6.3), given the rest of its new status. Those that somebody else
/// owns are kept; a transition time changes only with its status.
std::vector<api::PodCondition> make_conditions(const StatusInput& input, const api::PodStatus& status);

/// The node's conditions out of `own`, after those of others out of `theirs` (readiness gates and the like).
/// DisruptionTarget is anybody's: that of `theirs` counts when `own` has none.
std::vector<api::PodCondition> with_foreign_conditions(const std::vector<api::PodCondition>& own,
                                                       const std::vector<api::PodCondition>& theirs);

}  // namespace hooklet
