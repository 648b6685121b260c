// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "bench/samples.hpp"
#include "pods/pod_manager.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <string>
#include <vector>

namespace hooklet::bench {

/// What the engine itself takes: its calls one after another, through hooklet's own adapter and with the
/// requests that hooklet makes for the same Pod, and nothing between them.
class Floor {
  public:
    /// Logs, and what is mounted, are below the folder: the files that each container gets, and with
    /// `with_token` the folder that it gets in an agent.
    Floor(cri::ContainerRuntime* runtime, Clock* clock, const std::string& folder, bool with_token = false);

    /// One Pod's life. Measurements of a failed one count as far as they came.
    Task<Status> run(api::Pod pod);
    /// Removes the cgroup of all its Pods.
    [[nodiscard]] Status tidy() const;
    /// Forgets what was measured so far.
    void reset() { times_ = {}; }

    struct Times {
        Samples run_sandbox;
        Samples create;
        Samples start;
        Samples whole_start;
        Samples create_start;  ///< CreateContainer and StartContainer.
        Samples exec;
        Samples stop_container;
        Samples stop_sandbox;
        Samples remove_sandbox;
        Samples whole_end;  ///< StopPodSandbox and RemovePodSandbox.
    };
    [[nodiscard]] const Times& times() const { return times_; }

  private:
    [[nodiscard]] Call soon() const { return clock_->call_within(std::chrono::minutes{1}); }
    [[nodiscard]] Result<cri::ContainerConfig> container_config(const api::Pod& pod, std::string image) const;
    Task<Result<std::string>> start(api::Pod pod);
    Task<Status> use(std::string container);
    Task<Status> end(std::string sandbox);

    cri::ContainerRuntime* runtime_;
    Clock* clock_;
    PodSettings settings_;
    std::vector<cri::Mount> mounts_;
    std::string sandbox_;
    Times times_;
};

}  // namespace hooklet::bench
