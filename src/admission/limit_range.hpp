// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/pod_rules.hpp"

namespace hooklet::admission {

/// Gives the containers of a new Pod the requests and limits that the range has for those without, notes that
/// in an annotation, and checks containers and Pod against what the range allows. `limits` has its own
/// defaults set. The refusal names everything that is wrong.
Checked apply_limits(api::Pod& pod, const api::LimitRange& limits);

}  // namespace hooklet::admission
