// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/agent.hpp"
#include "bench/agent_run.hpp"
#include "bench/course_run.hpp"
#include "bench/exit_run.hpp"
#include "bench/floor.hpp"
#include "bench/memory_run.hpp"
#include "bench/probe_run.hpp"
#include "bench/restart_run.hpp"

#include <string>

namespace hooklet::bench {

struct Settings {
    std::string program;  ///< The hooklet binary.
    std::string images;   ///< The folder with busybox.tar.
    std::string folder;   ///< Everything is made below it.
    int samples = 20;
    int pods = 100;
    int probes = 100;  ///< Containers whose probes are measured.
};

/// Measures on a real engine and prints as it goes.
class LifecycleBench {
  public:
    LifecycleBench(app::HostPorts host, Settings settings)
        : host_(std::move(host)), settings_(std::move(settings)) {}

    Task<Status> run();
    /// Ends the run after the sample that is being taken.
    void interrupt() { interrupted_ = true; }

  private:
    Task<Status> measure_latency();
    Task<Status> take_samples(cli::Session* session);
    Task<Status> sample(Floor* floor, AgentRun* agent, bool floor_next);
    Task<Status> kill_some(ExitRun* exits);
    Task<Status> probe_some(cli::Session* session);
    Task<Status> follow_some(CourseRun* course);
    Task<Status> alternate(Floor* floor, AgentRun* agent, int pairs);
    Task<Status> measure_memory();
    Task<Status> measure_agent();
    [[nodiscard]] Status go_on() const;
    [[nodiscard]] std::string archive() const { return settings_.images + "/busybox.tar"; }

    app::HostPorts host_;
    Settings settings_;
    bool interrupted_ = false;
    int pods_made_ = 0;
};

}  // namespace hooklet::bench
