// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "controllers/event.hpp"

#include <string>

namespace hooklet {

/// event_about() a Pod.
api::Event pod_event(const api::Pod& pod, const std::string& controller, WallTime now);

/// What gives the status of this very Pod the condition, as a strategic merge patch.
api::Node condition_patch(const api::Pod& pod, const api::PodCondition& condition);

}  // namespace hooklet
