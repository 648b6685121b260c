// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/worker_thread.hpp"
#include "ports/node_stats.hpp"

#include <string>
#include <utility>

namespace hooklet {

/// Statistics out of /proc, cgroup v1, hybrid or v2, and the file systems.
class PosixNodeStats final : public NodeStats {
  public:
    struct Places {
        std::string state;   ///< A directory on the node's file system.
        std::string images;  ///< A directory of the engine's; empty when it has none of its own.
        std::string proc = "/proc";
        std::string mountinfo = "/proc/self/mountinfo";  ///< Where the cgroup hierarchies are found.
    };
    PosixNodeStats(Executor executor, Clock* clock, Places places)
        : places_(std::move(places)), thread_(std::move(executor), clock) {}

    Result<NodeUsage> node() override;
    /// A file counts once however many names it has; what is mounted below a directory does not count.
    Task<Result<std::vector<PodUsage>>> pods(std::vector<PodPlaces> places, Call call) override;

  private:
    Places places_;
    WorkerThread thread_;
};

}  // namespace hooklet
