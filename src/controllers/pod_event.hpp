// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"

#include <string>

namespace hooklet {

/// A new event of the scheduler about a Pod, in the form that the Kubernetes scheduler's events have in
/// core/v1: with eventTime instead of first and last time and count. `warning` false: `Normal`.
api::Event scheduler_event(const api::Pod& pod, bool warning, std::string reason, std::string action,
                           std::string message, WallTime now);

}  // namespace hooklet
