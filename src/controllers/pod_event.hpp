// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "api/types.hpp"
#include "base/time.hpp"

#include <string>

namespace hooklet {

/// A new Normal event of a controller about a Pod, in the form of events.k8s.io: with eventTime instead of
/// first and last time and count. Reason, action and message are to come.
api::Event pod_event(const api::Pod& pod, const std::string& controller, WallTime now);

/// What gives the status of this very Pod the condition, as a strategic merge patch.
api::Node condition_patch(const api::Pod& pod, const api::PodCondition& condition);

}  // namespace hooklet
