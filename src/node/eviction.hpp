// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/pod_control.hpp"
#include "node/thresholds.hpp"
#include "ports/node_stats.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// Who has to go when the machine runs short, and with which words: pure decisions (lifecycle spec 8.1).
namespace hooklet {

/// What one container uses.
struct ContainerFootprint {
    std::string name;
    std::uint64_t memory_bytes = 0;
    DiskUsage rootfs;  ///< Its writable layer.
    DiskUsage logs;
};

/// What one Pod uses.
struct PodFootprint {
    std::uint64_t memory_bytes = 0;
    std::uint64_t processes = 0;
    std::map<std::string, DiskUsage> empty_dirs;  ///< By volume; in memory or on disk.
    std::vector<ContainerFootprint> containers;
};

/// By uid; a Pod that is not in it has no statistics.
using Footprints = std::map<std::string, PodFootprint>;

/// True when the Pod's disk use has a limit: an emptyDir's sizeLimit or a limit of ephemeral-storage.
bool has_storage_limit(const api::PodSpec& spec);

/// The message of the eviction of a Pod that has broken one of its own limits; nullopt when it has not.
/// `imagefs`: containers' writable layers lie on a file system of their own and do not count.
std::optional<std::string> broken_storage_limit(const api::Pod& pod, const PodFootprint& footprint,
                                                bool imagefs);

/// The Pods in the order in which they go when this signal is short: those over their request first, then by
/// priority, then by use over request. For pids: by priority, then by processes. Pods without statistics are
/// first. Equal ones keep their order.
std::vector<const PodOnNode*> rank_for_eviction(EvictionSignal signal, const std::vector<PodOnNode>& pods,
                                                const Footprints& footprints, bool imagefs);

/// What is said about a Pod that goes because `signal` is short. `met`: the thresholds that ask for
/// evictions.
PodEnd pressure_eviction(EvictionSignal signal, const api::Pod& pod, const PodFootprint* footprint,
                         const std::vector<Threshold>& met, const Observations& seen);

/// What is said about a Pod that has broken its own limits: no DisruptionTarget.
PodEnd storage_eviction(const std::string& message);

}  // namespace hooklet
