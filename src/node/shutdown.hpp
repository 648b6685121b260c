// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/node_ports.hpp"
#include "node/stop_pods.hpp"

#include <cstdint>
#include <vector>

/// The end of all Pods when the machine goes down (lifecycle spec 8.5).
namespace hooklet {

/// `shutdownGracePeriodByPodPriority`: Pods of this priority and above, up to the next entry, get so long.
struct ShutdownShare {
    std::int32_t priority = 0;
    Duration grace{};
    bool operator==(const ShutdownShare&) const = default;
};

/// The shares of `shutdownGracePeriod` and `shutdownGracePeriodCriticalPods`: ordinary Pods get the
/// difference, those of the system the latter.
std::vector<ShutdownShare> shutdown_shares(Duration total, Duration critical);

/// The Pods that end together, and how long they get at most.
struct ShutdownGroup {
    Duration limit{};
    std::vector<PodStop> stops;
};

/// Pods by share, lowest priority first; each Pod gets its own grace or the group's limit, whichever is less.
/// A Pod below the lowest share belongs to it. Groups without Pods are left out.
std::vector<ShutdownGroup> plan_shutdown(std::vector<ShutdownShare> shares,
                                         const std::vector<PodOnNode>& pods);

/// Ends all Pods, one group after the other: the next begins when the one before is gone or its time is over.
/// Records the node's event. What is added meanwhile is for admission to refuse
/// (AdmittingNode::shutting_down). When cancelled, Pods whose end was asked for still end.
Task<void> shut_down_pods(NodePorts ports, std::vector<ShutdownShare> shares, CancelToken cancel);

}  // namespace hooklet
