// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pods/pod_manager.hpp"
#include "support/sim_world.hpp"

namespace hooklet::sim {

/// One life of the agent's process, composed with the ports of a simulated world.
class SimAgent {
  public:
    explicit SimAgent(SimWorld* world);
    /// Interrupts what is going on; containers stay as they are.
    ~SimAgent();
    SimAgent(const SimAgent&) = delete;
    SimAgent& operator=(const SimAgent&) = delete;

    [[nodiscard]] Journal& journal() { return journal_; }
    [[nodiscard]] PodManager& pods() { return pods_; }

    /// Where Pods keep their files and cgroups.
    static PodSettings settings();

  private:
    SimWorld* world_;
    Journal journal_;
    PodManager pods_;
};

}  // namespace hooklet::sim
