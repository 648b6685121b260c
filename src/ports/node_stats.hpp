// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/call.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

struct FileSystemUsage {
    std::uint64_t capacity_bytes = 0;
    std::uint64_t available_bytes = 0;
    std::uint64_t inodes = 0;
    std::uint64_t inodes_free = 0;
};

/// What the machine has left.
struct NodeUsage {
    std::uint64_t memory_capacity_bytes = 0;
    /// Capacity less the working set (usage without inactive file pages), as the kubelet counts it.
    std::uint64_t memory_available_bytes = 0;
    std::uint64_t memory_used_bytes = 0;       ///< File pages included.
    std::uint64_t memory_resident_bytes = 0;   ///< Of it what belongs to no file.
    WallTime booted_at{};                      ///< Whole seconds; zero when it is not known.
    Duration cpu_time{};                       ///< That all cpus have worked since the machine began.
    FileSystemUsage nodefs;                    ///< Where Pods keep their data and logs.
    std::optional<FileSystemUsage> imagefs{};  ///< Set when the engine's files lie on another file system.
    std::uint64_t pids_max = 0;
    std::uint64_t pids_running = 0;
};

struct DiskUsage {
    std::uint64_t bytes = 0;
    std::uint64_t inodes = 0;
    bool operator==(const DiskUsage&) const = default;
};

/// What to measure of one Pod.
struct PodPlaces {
    std::string uid;
    std::string cgroup;                              ///< Below the hierarchies' roots.
    std::map<std::string, std::string> directories;  ///< By names of the caller's choice.
};

/// What a Pod uses.
struct PodUsage {
    std::string uid;
    std::uint64_t memory_working_set_bytes = 0;
    std::uint64_t processes = 0;
    std::map<std::string, DiskUsage>
        directories;                          ///< By the names given; those that are missing are left out.
    std::uint64_t memory_used_bytes = 0;      ///< File pages included.
    std::uint64_t memory_resident_bytes = 0;  ///< Of it what belongs to no file.
    std::optional<Duration> cpu_time{};       ///< Of all its processes since it began.
};

/// Statistics of the machine and of Pods on it.
class NodeStats {
  public:
    virtual ~NodeStats() = default;
    /// What can be read at once.
    virtual Result<NodeUsage> node() = 0;
    /// Walks the directories away from the loop. Pods whose cgroup is not there are left out.
    virtual Task<Result<std::vector<PodUsage>>> pods(std::vector<PodPlaces> places, Call call) = 0;
};

}  // namespace hooklet
