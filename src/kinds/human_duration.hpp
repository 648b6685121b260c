// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/time.hpp"
#include "base/time.hpp"

#include <string>

namespace hooklet::kinds {

/// An age as kubectl shows it, in at most two units and rounded down: `45s`, `5m3s`, `3h`, `2d4h`, `1y20d`.
/// Up to a second before zero is `0s`, anything earlier `<invalid>`. A year has 365 days.
std::string human_duration(Duration age);

/// How long ago that was; `<unknown>` for a time that is not set.
std::string age_of(api::Time since, WallTime now);

}  // namespace hooklet::kinds
