// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/back_off.hpp"

namespace hooklet {

/// The back-off of the Pod's containers and images: the agent's, where the Pod's annotations do not say
/// otherwise. The base is never more than the maximum.
BackOffLimits back_off_limits(const api::Pod& pod, const BackOffLimits& of_agent);

}  // namespace hooklet
