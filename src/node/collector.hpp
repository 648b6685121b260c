// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "node/collection.hpp"
#include "node/node_ports.hpp"

#include <set>
#include <string>

namespace hooklet {

struct CollectorSettings {
    std::string pod_log_directory;
    std::string container_log_directory;
    std::string owner_label;  ///< Only sandboxes and containers with this owner are touched.
    ImagePolicy images;
    Duration period = std::chrono::minutes{1};        ///< Containers, sandboxes and logs.
    Duration image_period = std::chrono::minutes{5};  ///< imageGCPeriod
};

/// Removes what nobody needs any more: ended containers, dead sandboxes, logs of Pods that are gone, and
/// unused images when their file system runs full.
class Collector {
  public:
    Collector(NodePorts ports, NodeStats* stats, CollectorSettings settings);

    void start();
    Task<void> stop();

    /// This Pod is or was of this node: its logs may go when it has gone. Those of others are left alone.
    void remember(const std::string& uid) { ours_.insert(uid); }

    /// One round over containers, sandboxes and logs.
    Task<void> collect();
    /// One look at the images' file system.
    Task<void> collect_images();
    /// Under pressure: what collect() removes, and every unused image, whatever its age.
    Task<void> reclaim();

  private:
    Task<void> loop(bool images, Duration period);
    [[nodiscard]] Call engine_call() const;
    [[nodiscard]] KnownPods known_pods();
    Task<Status> remove_records(KnownPods known);
    void remove_logs(const KnownPods& known);
    void remove_dead_links(const std::set<std::string>& live_ids);
    Task<Status> look_at_images();
    /// Returns the bytes that were freed.
    Task<std::uint64_t> remove_images(std::uint64_t bytes, Duration minimum_age);

    NodePorts ports_;
    NodeStats* stats_;
    CollectorSettings settings_;
    std::set<std::string> ours_;
    ImageUse images_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
