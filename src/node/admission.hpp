// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/pod_resources.hpp"
#include "node/pod_control.hpp"
#include "placement/tolerations.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

/// Whether a Pod may start on this node (lifecycle spec 6.8): pure.
namespace hooklet {

/// What the node is and has.
struct AdmittingNode {
    std::string name;
    std::map<std::string, std::string> labels;
    std::vector<Taint> taints;
    api::ResourceList allocatable;     ///< cpu, memory, ephemeral-storage, pods, extended resources.
    std::set<std::string> conditions;  ///< Under pressure; as Evictor::conditions().
    bool apparmor = false;             ///< The kernel enforces AppArmor profiles.
    bool shutting_down = false;
};

/// The answer. A Pod that is not admitted ends as Failed with `reason` and the message
/// `Pod was rejected: <message>`, without container statuses, and a Warning event of that reason.
struct Admission {
    bool admitted = true;
    std::string reason{};
    std::string message{};
    /// Not empty: admitted as soon as these Pods (by uid) are gone; preemption_of() says how they go.
    std::vector<std::string> preempt{};
};

/// `running`: every Pod that was admitted and has not ended, without `pod`. Resources whose sum `allocatable`
/// does not name: extended ones are not counted (they may be the cluster's), the others are not there.
Admission admit(const api::Pod& pod, const AdmittingNode& node, const std::vector<PodOnNode>& running);

}  // namespace hooklet
