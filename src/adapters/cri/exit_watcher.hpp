// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <functional>
#include <map>
#include <string>

#include <sys/types.h>

namespace hooklet::cri {

/// A container's status with the pid of its init process; 0 when it has none or the engine does not say.
struct LiveStatus {
    ContainerStatus status;
    pid_t pid = 0;
};

/// Notices the end of containers through pidfds of their init processes. One `stopped` event for each
/// container, whichever source sees it first.
class ExitWatcher {
  public:
    using Ask = std::function<Task<Result<LiveStatus>>(std::string id, Call)>;
    using Emit = std::function<void(ContainerEvent)>;

    ExitWatcher(Executor executor, Clock* clock, Ask ask, Emit emit)
        : clock_(clock), ask_(std::move(ask)), emit_(std::move(emit)), gate_(std::move(executor)) {}

    /// Watches a container that has been started, or is about to be. A container that has ended already is
    /// reported at once. Fails as the engine's status call does, and with conflict when it was never started.
    /// Idempotent.
    Task<Status> watch(std::string id, Call call);
    /// As watch, in the background, trying again while the engine can't be asked.
    void watch_soon(std::string id);

    /// An end that another source has seen.
    void report(ContainerEvent stopped);
    /// The container's record is gone.
    void forget(const std::string& id) { containers_.erase(id); }
    /// Of the container's init process; 0 when not known.
    [[nodiscard]] pid_t pid_of(const std::string& id) const;

    /// To be called once.
    Task<void> stop();

  private:
    struct Watched {
        pid_t pid = 0;
        bool reported = false;
    };
    Task<void> keep_trying(std::string id);
    Task<void> wait_for_exit(std::string id, int pidfd);
    Task<void> report_end(std::string id, MonotonicTime seen_at);

    Clock* clock_;
    Ask ask_;
    Emit emit_;
    std::map<std::string, Watched> containers_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet::cri
