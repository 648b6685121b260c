// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hooklet {

using Taint = api::Taint;

/// True when one of the tolerations matches: the same effect or none; the same key, or none with `Exists`;
/// the same value, or any with `Exists`.
bool tolerates(const std::vector<api::Toleration>& tolerations, const Taint& taint);

/// How long a Pod with these tolerations may stay where these taints, all of NoExecute, are; nullopt: for
/// ever.
std::optional<Duration> longest_stay(const std::vector<api::Toleration>& tolerations,
                                     const std::vector<Taint>& taints);

}  // namespace hooklet
