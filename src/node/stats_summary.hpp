// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/usage_meter.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// Cpu and memory of something, as of one moment. What is not known is not set.
struct ResourceUse {
    WallTime at;
    std::optional<std::uint64_t> nano_cores{};
    std::optional<Duration> cpu_time{};
    std::optional<std::uint64_t> working_set_bytes{};
    std::optional<std::uint64_t> available_bytes{};  ///< Of its limit, or of the machine.
    std::optional<std::uint64_t> used_bytes{};
    std::optional<std::uint64_t> resident_bytes{};
};

struct ContainerUse {
    std::string name;
    std::optional<WallTime> started{};
    ResourceUse use{};
    std::optional<DiskUsage> rootfs{};
    std::optional<DiskUsage> logs{};
};

struct PodUse {
    std::string namespace_;
    std::string name;
    std::string uid;
    std::optional<WallTime> started{};
    ResourceUse use{};
    std::vector<ContainerUse> containers{};        ///< Those that run.
    std::map<std::string, DiskUsage> volumes{};    ///< emptyDirs by name.
    std::map<std::string, DiskUsage> in_memory{};  ///< Those of them that take no disk.
    std::optional<std::uint64_t> processes{};
};

/// What a kubelet's `/stats/summary` and `/metrics/resource` are made of.
struct StatsSummary {
    std::string node_name;
    ResourceUse node;
    NodeUsage machine;
    std::vector<PodUse> pods;  ///< Those of which a container runs.
};

/// What was found between two samples, and about the Pods when the second one was taken.
StatsSummary summarize(const std::string& node_name, const UsageSpan& span,
                       const std::vector<PodUsage>& measured);

}  // namespace hooklet
