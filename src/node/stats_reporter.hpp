// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/stats_summary.hpp"

#include <string>

namespace hooklet {

/// Finds out what the machine and its Pods use, when somebody asks.
class StatsReporter {
  public:
    /// As in PodSettings and NodeSheet.
    struct Places {
        std::string node_name;
        std::string pods_directory;
        std::string pod_log_directory;
    };
    /// All outlive it.
    StatsReporter(NodeUsageMeter* meter, NodeStats* stats, Places places)
        : meter_(meter), stats_(stats), places_(std::move(places)) {}

    /// Takes about a second when nobody has asked for some time. `disks`: with what the Pods' directories
    /// hold. The meter's errors; without the Pods' own statistics, what the engine knows is told.
    Task<Result<StatsSummary>> summary(bool disks, Call call);

  private:
    NodeUsageMeter* meter_;
    NodeStats* stats_;
    Places places_;
};

}  // namespace hooklet
