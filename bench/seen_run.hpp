// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/api/connection.hpp"
#include "bench/floor.hpp"
#include "bench/samples.hpp"
#include "ports/random.hpp"

#include <string>
#include <utility>

namespace hooklet::bench {

/// A client of a running `hooklet agent`: it creates Pods, and a watcher waits until each is Running. Lives
/// of the floor alternate with them on the same engine.
class SeenRun {
  public:
    struct Times {
        Samples floor;     ///< RunPodSandbox, CreateContainer and StartContainer.
        Samples answered;  ///< From the request of the creation until its answer.
        Samples seen;      ///< From the same moment until the watcher has `phase: Running`.
    };
    /// `root` is that of the agent.
    SeenRun(Executor executor, Clock* clock, Random* random, std::string root)
        : executor_(std::move(executor)), clock_(clock), random_(random), root_(std::move(root)) {}

    /// So many of each. Ends its Pods.
    Task<Result<Times>> measure(int samples);

  private:
    Task<Status> alternate(Floor* floor, int samples);
    /// One Pod through the API.
    Task<void> see(int number);

    Executor executor_;
    Clock* clock_;
    Random* random_;
    std::string root_;
    Times times_;
};

}  // namespace hooklet::bench
