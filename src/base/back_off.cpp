// SPDX-License-Identifier: Apache-2.0
#include "base/back_off.hpp"

#include <algorithm>

namespace hooklet {

std::optional<MonotonicTime> BackOff::blocked_until(MonotonicTime last_end, MonotonicTime now) const {
    if (delay() == Duration::zero() || expired(last_end)) return std::nullopt;
    const MonotonicTime until = last_end + delay();
    if (now >= until) return std::nullopt;
    return until;
}

void BackOff::next(MonotonicTime last_end, MonotonicTime now) {
    const bool anew = delay() == Duration::zero() || expired(last_end);
    progress_ = {anew ? limits_.initial : std::min(delay() * 2, limits_.maximum), now};
}

Duration retry_delay(unsigned attempt, Duration initial, Duration maximum) {
    Duration delay = initial;
    for (unsigned i = 0; i < attempt && delay < maximum; ++i) delay *= 2;
    return std::min(delay, maximum);
}

}  // namespace hooklet
