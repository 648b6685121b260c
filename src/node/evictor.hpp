// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "node/collector.hpp"
#include "node/eviction.hpp"
#include "node/node_ports.hpp"
#include "node/pressure.hpp"
#include "node/stop_pods.hpp"

#include <set>
#include <string>
#include <vector>

namespace hooklet {

struct EvictionSettings {
    std::vector<Threshold> thresholds;                     ///< As parse_thresholds() gives them.
    Duration period = std::chrono::seconds{10};            ///< Between looks at the machine.
    Duration transition_period = std::chrono::minutes{5};  ///< evictionPressureTransitionPeriod
    Duration max_pod_grace{};                              ///< evictionMaxPodGracePeriod, of soft evictions
    std::string pods_directory;
    std::string pod_log_directory;
    std::string owner_label;  ///< Of the containers that are asked for their statistics.
};

/// Ends Pods when the machine runs short, one in each round, and those that use more local storage than they
/// may, all of them at once.
class Evictor {
  public:
    /// All outlive this.
    Evictor(NodePorts ports, NodeStats* stats, Collector* collector, EvictionSettings settings);

    void start() { gate_.spawn(loop()); }
    Task<void> stop();

    /// One look at the machine. Returns true when Pods were ended; then they are gone, or half a minute has
    /// passed.
    Task<bool> round();

    /// The node's conditions as of the last look; admission asks pressure_rejection() with them.
    [[nodiscard]] const std::set<std::string>& conditions() const { return pressure_.conditions(); }

  private:
    Task<void> loop();
    Task<Footprints> measure(std::vector<PodOnNode> pods);
    [[nodiscard]] std::vector<PodStop> storage_offenders(const std::vector<PodOnNode>& pods,
                                                         const Footprints& footprints, bool imagefs) const;
    Task<bool> reclaim(EvictionSignal signal);
    [[nodiscard]] std::vector<PodStop> victim(const std::vector<Threshold>& met, const Observations& seen,
                                              const std::vector<PodOnNode>& pods,
                                              const Footprints& footprints, bool imagefs) const;
    Task<bool> evict(std::vector<PodStop> stops);

    NodePorts ports_;
    NodeStats* stats_;
    Collector* collector_;
    EvictionSettings settings_;
    Pressure pressure_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
