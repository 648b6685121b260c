// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/signal.hpp"
#include "bench/bench_pod.hpp"
#include "bench/samples.hpp"
#include "cli/session.hpp"
#include "ports/clock.hpp"

#include <optional>

namespace hooklet::bench {

/// How soon the end of a container's process is noticed: the process is killed from outside while a hook of
/// its container sleeps, which ends with the container.
class ExitRun {
  public:
    ExitRun(cli::Session* session, Clock* clock);

    /// One Pod's life. Fails when the Pod takes another way than the expected one.
    Task<Status> run(SleepingPod sleeper);
    /// Forgets what was measured so far.
    void reset() { times_ = {}; }

    struct Times {
        Samples to_hook_end;  ///< SIGKILL to the end of the hook.
        Samples to_result;    ///< SIGKILL to the exit code being known.
    };
    [[nodiscard]] const Times& times() const { return times_; }

  private:
    void note(const HookAttempt& attempt);
    void note(const LifecycleStep& step);
    void note(const EventRecord&) {}
    Task<void> wait_until(const bool* come);

    cli::Session* session_;
    Clock* clock_;
    Times times_;
    Signal progress_;
    std::optional<MonotonicTime> killed_;
    bool hook_begun_ = false;
    bool hook_ended_ = false;
    bool exited_ = false;
    bool gone_ = false;
    bool late_ = false;
};

}  // namespace hooklet::bench
