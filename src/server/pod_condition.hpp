// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"

namespace hooklet::server {

/// Puts the condition in the place of the one of its type, or behind the others. lastTransitionTime is `now`
/// when the condition's status is another one than before; observedGeneration is the Pod's.
void set_condition(api::Pod& pod, api::PodCondition condition, WallTime now);

}  // namespace hooklet::server
