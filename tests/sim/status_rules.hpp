// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <string>
#include <vector>

namespace hooklet::sim {

/// What is wrong with a Pod's new status, by itself and after the one before: a terminal phase is final and
/// leaves nothing running, restart counts and the start time do not go back, only what runs is ready, and an
/// API server takes the change. Empty when all is well.
std::vector<std::string> broken_rules(const api::PodStatus& before, const api::Pod& pod);

}  // namespace hooklet::sim
