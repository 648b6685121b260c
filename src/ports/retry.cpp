// SPDX-License-Identifier: Apache-2.0
#include "ports/retry.hpp"

#include <algorithm>

namespace hooklet {

Task<bool> wait_to_retry(Clock* clock, Duration delay, Call call) {
    const Call pause(std::min(clock->now() + delay, call.deadline), call.cancel);
    const Status waited = co_await sleep_until(clock, pause);
    co_return waited && clock->now() < call.deadline;
}

}  // namespace hooklet
