// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/signal.hpp"
#include "bench/samples.hpp"
#include "cli/session.hpp"
#include "ports/clock.hpp"

#include <optional>
#include <string>

namespace hooklet::bench {

/// What happens between a Pod's containers, by the times that the journal has: from the end of an init
/// container to the start of the next container, and from a failed liveness probe to the stop signal.
class CourseRun {
  public:
    CourseRun(cli::Session* session, Clock* clock);

    /// The life of a make_course_pod(). Fails when it takes too long.
    Task<Status> run(api::Pod pod);
    /// Forgets what was measured so far.
    void reset() { times_ = {}; }

    struct Times {
        Samples hand_over;  ///< The end of an init container's process to the start of the next container.
        Samples probe_to_term;  ///< The event of the last failed attempt to the stop signal.
    };
    [[nodiscard]] const Times& times() const { return times_; }

  private:
    void note(const LifecycleStep& step);
    void note(const EventRecord& event);
    void note(const HookAttempt&) {}

    cli::Session* session_;
    Clock* clock_;
    Times times_;
    Signal progress_;
    std::optional<WallTime> init_ended_, started_;
    std::optional<MonotonicTime> unhealthy_;
    bool termed_ = false;
    bool gone_ = false;
};

}  // namespace hooklet::bench
