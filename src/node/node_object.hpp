// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "api/pod_resources.hpp"
#include "base/time.hpp"
#include "events/event_texts.hpp"
#include "ports/container_runtime.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// The machine as an object of the API: pure.
namespace hooklet {

/// What a Node object says of the machine and does not change while the agent runs.
struct NodeSheet {
    std::string name;
    std::string internal_ip;
    std::map<std::string, std::string> labels{};  ///< Besides those that every node has.
    api::ResourceList capacity;                   ///< cpu, memory, ephemeral-storage, pods.
    api::ResourceList allocatable;                ///< Of them, what Pods may have.
    std::string architecture = "amd64";           ///< As Go names it.
    std::string kernel_version{};
    std::string os_image{};
    std::string machine_id{};
    std::string system_uuid{};
    std::string boot_id{};
    std::string runtime_version{};  ///< `containerd://1.6.20`
    std::string
        kubelet_version{};  ///< `v1.34.0+hooklet`: the Kubernetes version whose kubelet this stands for.
    bool apparmor = false;  ///< The kernel enforces AppArmor profiles.
    std::int32_t kubelet_port = 0;  ///< Where it answers; 0: nowhere.
};

/// Capacity less what eviction keeps free (lifecycle spec 8.1): 100Mi of memory and a tenth of the disk.
api::ResourceList allocatable_of(api::ResourceList capacity);

/// An image that is on the machine.
struct NodeImage {
    std::vector<std::string> names;  ///< Five at most: digests, then tags.
    std::uint64_t size_bytes = 0;
    bool operator==(const NodeImage&) const = default;
};
/// The fifty largest, largest first.
std::vector<NodeImage> node_images(const std::vector<cri::Image>& images);

/// How the machine is now.
struct NodeHealth {
    std::set<std::string> pressure;     ///< As Evictor::conditions().
    std::vector<std::string> problems;  ///< Why the node is not ready; empty: it is.
    std::vector<NodeImage> images{};
    api::ResourceList advertised{};  ///< Extended resources that others have put into the capacity.
    bool operator==(const NodeHealth&) const = default;
};

/// `kubernetes.io/hostname` and the like, with those of the sheet.
std::map<std::string, std::string> node_labels(const NodeSheet& sheet);

/// A Node to be created, without status.
api::Node node_object(const NodeSheet& sheet);

/// The conditions with the kubelet's reasons and messages. `before`: those of the stored object, or nullptr;
/// a transition time changes only with its status.
api::Node node_conditions(const NodeHealth& health, const api::Node* before, WallTime now);

/// The whole status; conditions of others and what else `stored` has (volumes) are kept, so are extended
/// resources of its capacity, which Pods may have whole. `stored`: the Node of the API.
api::Node node_status(const NodeSheet& sheet, const NodeHealth& health, const api::Node& stored,
                      WallTime now);

/// True when two statuses say the same but for the times of their heartbeats.
bool is_same_node_status(const api::Node& a, const api::Node& b);

/// What changed from one moment to the next, as events of the Node: `NodeNotReady`, `NodeHasDiskPressure`,
/// ... `before`: nullopt at the start of the agent.
std::vector<event::Text> node_changes(const std::string& name, const std::optional<NodeHealth>& before,
                                      const NodeHealth& now);

/// The node's Lease for this heartbeat. `node_uid` may be empty.
api::Node node_lease(const std::string& node_name, const std::string& node_uid, WallTime now);

}  // namespace hooklet
