// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <string_view>

namespace hooklet::api {

/// `Guaranteed`, `Burstable` or `BestEffort`, of a Pod with defaults set. Only cpu and memory count.
std::string_view qos_class(const PodSpec& spec);

}  // namespace hooklet::api
