// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "base/signal.hpp"
#include "ports/clock.hpp"

#include <functional>

namespace hooklet {

/// Does a controller's work whenever something may have changed: one run at a time, many pokes while it runs
/// count as one. Work that failed is done again at the next poke, or after a delay that grows from 0.1 to 30
/// s.
class ControlLoop {
  public:
    using Work = std::function<Task<Status>(CancelToken cancel)>;

    ControlLoop(Clock* clock, Executor executor, Work work)
        : clock_(clock), gate_(std::move(executor)), work_(std::move(work)) {}

    /// Told of work that failed, except for conflicts, which come from what others do meanwhile. Before
    /// start().
    void on_error(std::function<void(const Error&)> listener) { failed_ = std::move(listener); }

    /// May be called once; the first run comes with the first poke.
    void start() { gate_.spawn(run()); }
    void poke() { signal_.notify(); }
    /// Pokes at `when`, or now if that has passed; replaces an earlier wish.
    void poke_at(MonotonicTime when) {
        timer_ = clock_->at(when, [this] { poke(); });
    }
    /// Cancels the run under way. Needed after start().
    Task<void> stop();

  private:
    Task<void> run();

    Clock* clock_;
    Gate gate_;
    Work work_;
    std::function<void(const Error&)> failed_;
    Signal signal_;
    Timer timer_;
    CancelSource stopping_;
    unsigned failures_ = 0;
};

}  // namespace hooklet
