// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "base/task.hpp"

#include <cassert>
#include <optional>
#include <variant>

namespace hooklet {

/// Owns the coroutines that a service has started. Nothing is spawned outside a gate, and a gate is closed
/// (and the close awaited) before the service that owns it goes away.
class Gate {
  public:
    explicit Gate(Executor executor) : executor_(std::move(executor)) {}
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;
    /// Precondition: nothing is running.
    ~Gate() { assert(running_ == 0); }

    /// Starts `task` on the loop. After close() has begun, tasks may still start new ones; close() awaits
    /// those too. A task that throws is a bug and ends the process.
    void spawn(Task<void> task);

    /// Returns when nothing that was spawned is running any more. May be called once.
    Task<void> close();

    [[nodiscard]] std::size_t running() const { return running_; }
    [[nodiscard]] const Executor& executor() const { return executor_; }

  private:
    Executor executor_;
    std::size_t running_ = 0;
    std::optional<Promise<std::monostate>> idle_;
};

}  // namespace hooklet
