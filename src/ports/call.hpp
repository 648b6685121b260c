// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/time.hpp"

#include <utility>

namespace hooklet {

/// How long a call through a port may take, and what may end it early. Every call that waits takes one.
/// A call ends with Code::deadline after `deadline`, and with `cancel.reason()` when cancelled.
/// Not an aggregate on purpose: g++ 12 destroys an aggregate that is written inside a `co_await` expression
/// twice (docs/common-errors.md).
struct Call {
    Call(MonotonicTime until, CancelToken token) : deadline(until), cancel(std::move(token)) {}
    MonotonicTime deadline;
    CancelToken cancel;
};

}  // namespace hooklet
