// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/promise.hpp"

#include <cstddef>
#include <deque>

namespace hooklet {

/// Lets so many coroutines at a time do something; the others wait, first come, first served.
class Turns {
  public:
    /// 0: no limit.
    explicit Turns(std::size_t limit) : limit_(limit) {}

    /// Whether it is the caller's turn, who then calls leave(); false: cancelled before.
    Task<bool> enter(CancelToken cancel) {
        if (limit_ == 0 || taken_ < limit_) {
            ++taken_;
            co_return true;
        }
        const Promise<bool> turn;
        waiting_.push_back(turn);
        const CancelRegistration on_cancel = cancel.on_cancel([turn] { turn.set(false); });
        co_return co_await turn.get();
    }

    /// The turn goes to the next that still waits.
    void leave() {
        while (!waiting_.empty()) {
            const Promise<bool> next = waiting_.front();
            waiting_.pop_front();
            if (next.set(true)) return;
        }
        --taken_;
    }

  private:
    std::size_t limit_;
    std::size_t taken_ = 0;
    std::deque<Promise<bool>> waiting_;
};

}  // namespace hooklet
