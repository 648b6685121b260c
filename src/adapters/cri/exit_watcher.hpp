// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/process_table.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "base/gate.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

#include <sys/types.h>

namespace hooklet::cri {

/// A container's status with the pid of its init process; 0 when it has none or the engine does not say.
struct LiveStatus {
    ContainerStatus status;
    pid_t pid = 0;
};

/// Notices the end of containers through pidfds of their init processes: one `stopped` event for each
/// container, at the moment of its end. It has the status only when the container had ended before the watch.
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

    /// Sends a signal to the container's init process, which it watches from then on. Nothing is sent to a
    /// container that has ended. Fails as watch() does, and when the kernel refuses.
    Task<Status> signal(std::string id, int number, Call call);

    /// The container's record is gone.
    void forget(const std::string& id) { processes_.erase(id); }
    /// The sandbox's record is gone, and with it those of its containers.
    void forget_sandbox(const std::string& id) {
        std::erase_if(processes_, [&id](const auto& entry) { return entry.second.sandbox == id; });
    }
    /// Whether the container's end is told, or has been.
    [[nodiscard]] bool watches(const std::string& id) const { return processes_.contains(id); }
    /// Of the container's init process; 0 when not known.
    [[nodiscard]] pid_t pid_of(const std::string& id) const;
    /// Of a container whose shim had gone before its end, what the engine says of that is made up: replaces
    /// it.
    void correct(ContainerStatus& status) const;

    /// To be called once.
    Task<void> stop();

  private:
    struct Process {
        std::string sandbox;
        pid_t pid = 0;  ///< 0 when ended.
        int handle = -1;
        bool lost_shim = false;
    };
    Task<void> keep_trying(std::string id);
    Task<void> wait_for_exit(LiveStatus last, UniqueFd pidfd, std::optional<ProcessEntry> shim);
    /// The container has ended; `last` is what the engine said last.
    Status report(const LiveStatus& last, bool lost_shim = false);

    Clock* clock_;
    Ask ask_;
    Emit emit_;
    std::map<std::string, Process> processes_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet::cri
