// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/clock.hpp"

#include <utility>

namespace hooklet {

/// Waits for a result that somebody will set, unless the call's deadline (Code::deadline) or its cancellation
/// (the token's reason) comes first.
template <class T>
Task<Result<T>> bounded(Clock* clock, Promise<Result<T>> over, Call call) {
    if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
    const Timer timer =
        clock->at(call.deadline, [over] { over.set(fail(Code::deadline, "context deadline exceeded")); });
    const CancelRegistration registration =
        call.cancel.on_cancel([over, cancel = call.cancel] { over.set(std::unexpected(cancel.reason())); });
    co_return co_await over.get();
}

}  // namespace hooklet
