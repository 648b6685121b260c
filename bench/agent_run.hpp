// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/signal.hpp"
#include "bench/samples.hpp"
#include "cli/session.hpp"
#include "ports/clock.hpp"

#include <optional>

namespace hooklet::bench {

/// The same life under hooklet: add() to gone, timed by what the journal tells its listeners.
class AgentRun {
  public:
    AgentRun(cli::Session* session, Clock* clock);

    /// One Pod's life. Fails when the Pod takes another way than the expected one.
    Task<Status> run(api::Pod pod);
    /// Forgets what was measured so far.
    void reset() { times_ = {}; }

    struct Times {
        Samples run_sandbox;
        Samples create;
        Samples start;
        Samples whole_start;    ///< add() to Started.
        Samples to_post_start;  ///< Started to the begin of postStart.
        Samples hook;           ///< Both hooks, from begin to end, with their records.
        Samples to_pre_stop;    ///< remove() to the begin of preStop.
        Samples to_term;        ///< The end of preStop to TERM.
        Samples term_to_exit;   ///< TERM to the exit being known.
        Samples exit_to_gone;
        Samples delete_to_gone;
    };
    [[nodiscard]] const Times& times() const { return times_; }

  private:
    void note(const HookAttempt& attempt);
    void note(const LifecycleStep& step);
    void note(const EventRecord&) {}
    void note_time_of(const LifecycleStep& step);
    void lap(Samples& samples, std::optional<MonotonicTime> since) const;

    cli::Session* session_;
    Clock* clock_;
    Times times_;
    Signal progress_;
    bool running_ = false;
    bool gone_ = false;
    bool failed_ = false;
    std::optional<MonotonicTime> added_, started_, removed_, hook_ended_, term_, exited_;
};

}  // namespace hooklet::bench
