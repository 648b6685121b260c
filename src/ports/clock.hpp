// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "ports/call.hpp"

#include <functional>
#include <memory>

namespace hooklet {

/// A scheduled callback; destroying it withdraws the callback.
class Timer {
  public:
    /// The implementation's part; its destructor withdraws.
    struct Handle {
        virtual ~Handle() = default;
    };
    Timer() = default;
    explicit Timer(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}

  private:
    std::unique_ptr<Handle> handle_;
};

/// All time in the agent. The production clock runs on the loop's timers, the simulated one jumps.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual MonotonicTime now() const = 0;
    [[nodiscard]] virtual WallTime wall() const = 0;
    /// Calls `callback` from the loop at `when`, or as soon as possible if that has passed.
    [[nodiscard]] virtual Timer at(MonotonicTime when, std::move_only_function<void()> callback) = 0;

    /// A call allowed to take `limit` from now.
    [[nodiscard]] Call call_within(Duration limit, CancelToken cancel = {}) const {
        return {now() + limit, std::move(cancel)};
    }
};

/// Waits until `call.deadline`; that is success. Fails with the token's reason when cancelled before.
Task<Status> sleep_until(Clock* clock, Call call);

}  // namespace hooklet
