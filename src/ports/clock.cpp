// SPDX-License-Identifier: Apache-2.0
#include "ports/clock.hpp"

#include "base/promise.hpp"

namespace hooklet {

Task<Status> sleep_until(Clock* clock, Call call) {
    if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
    Promise<Status> over;
    const Timer timer = clock->at(call.deadline, [over] { over.set({}); });
    const CancelRegistration registration =
        call.cancel.on_cancel([over, cancel = call.cancel] { over.set(std::unexpected(cancel.reason())); });
    co_return co_await over.get();
}

}  // namespace hooklet
