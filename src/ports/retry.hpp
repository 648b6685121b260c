// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"

namespace hooklet {

/// Waits `delay` before another try of what `call` is for, at most until the call is over. Returns whether it
/// still goes on: false once its deadline has passed or it is cancelled.
Task<bool> wait_to_retry(Clock* clock, Duration delay, Call call);

}  // namespace hooklet
