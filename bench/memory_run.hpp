// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "bench/process_load.hpp"
#include "ports/clock.hpp"

#include <string>
#include <utility>

namespace hooklet::bench {

/// What an idle `hooklet run` costs, and its engine beside it.
struct IdleLoad {
    Duration all_running{};  ///< From the start of the process until every Pod ran.
    Memory hooklet;
    double hooklet_wakes = 0;  ///< Context switches a second.
    Memory containerd;
    double containerd_wakes = 0;
    Memory shims;
};

/// Runs the hooklet program under a root of its own.
class MemoryRun {
  public:
    MemoryRun(Executor executor, Clock* clock, std::string program, std::string root)
        : executor_(std::move(executor)),
          clock_(clock),
          program_(std::move(program)),
          root_(std::move(root)) {}

    Task<Status> load_image(std::string archive);
    /// Runs that many sleeping Pods, measures when all are idle, and ends them.
    Task<Result<IdleLoad>> measure(int pods);

  private:
    Task<Result<bool>> wait_until_running(std::string output, int pods);
    Task<IdleLoad> look_at(pid_t hooklet);
    Task<void> pause(Duration length);

    Executor executor_;
    Clock* clock_;
    std::string program_;
    std::string root_;
};

}  // namespace hooklet::bench
