// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/disruption_types.hpp"
#include "api/issue.hpp"

#include <string_view>

namespace hooklet::api {

/// Everything wrong with a budget about to be created or changed: both bounds, bounds that are none, the
/// selector.
Issues validate(const PodDisruptionBudget& budget);
/// The same of a change of the part; a status has no negative numbers.
Issues validate_update(std::string_view part, const PodDisruptionBudget& now,
                       const PodDisruptionBudget& before);

}  // namespace hooklet::api
