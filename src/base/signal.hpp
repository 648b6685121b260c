// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"

#include <optional>
#include <variant>

namespace hooklet {

/// "Something changed": many notifications before a `wait` count as one. One coroutine waits at a time.
class Signal {
  public:
    void notify() {
        if (waiting_) {
            auto waiting = std::exchange(waiting_, std::nullopt);
            waiting->set({});
        } else {
            pending_ = true;
        }
    }

    /// Returns at once if notified since the last wait, else at the next notification.
    Task<void> wait() {
        if (std::exchange(pending_, false)) co_return;
        Promise<std::monostate> promise;
        waiting_ = promise;
        co_await promise.get();
    }

  private:
    bool pending_ = false;
    std::optional<Promise<std::monostate>> waiting_;
};

}  // namespace hooklet
