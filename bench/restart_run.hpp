// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/process.hpp"
#include "base/task.hpp"
#include "bench/process_load.hpp"
#include "bench/seen_run.hpp"
#include "ports/clock.hpp"

#include <set>
#include <string>
#include <utility>

namespace hooklet::bench {

/// What `hooklet agent` costs with many Pods.
struct AgentLoad {
    SeenRun::Times seen;     ///< One Pod after the other, before the many.
    Duration all_running{};  ///< From the Pods' creation in the API, all at once, until each is ready.
    Memory agent;
    // From the start of the next agent's process:
    Duration answers{};  ///< until its API answers, while its engine comes up,
    Duration start{};    ///< until the engine is there too and the Pods are in its hands.
    int touched = 0;     ///< Pods whose container is not the one that it was before.
};

/// `hooklet agent` as a process of its own: many Pods begin together, then another agent takes them over.
class RestartRun {
  public:
    RestartRun(Executor executor, Clock* clock, std::string program, std::string root)
        : executor_(std::move(executor)),
          clock_(clock),
          program_(std::move(program)),
          root_(std::move(root)) {}

    /// Loads the image, measures with that many Pods, and ends them. Before, while the first agent runs,
    /// `seen` takes so many samples.
    Task<Result<AgentLoad>> measure(std::string archive, int pods, SeenRun* seen, int samples);

  private:
    Task<Result<AgentLoad>> measure_two(int pods, SeenRun* seen, int samples);
    Task<Status> start_pods(int pods, AgentLoad& load);
    Task<Status> end_agent(Child agent);
    /// The ids of all Pods' containers.
    Task<Result<std::set<std::string>>> containers();
    /// `hooklet ARGS` on the root, split at blanks; what it prints.
    Task<Result<std::string>> hooklet(std::string args);
    /// Sets `answers` and `start`.
    Task<Result<Child>> start_agent(AgentLoad& load);

    Executor executor_;
    Clock* clock_;
    std::string program_;
    std::string root_;
};

}  // namespace hooklet::bench
