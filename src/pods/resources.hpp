// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/pod_resources.hpp"
#include "api/types.hpp"
#include "ports/container_runtime.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace hooklet {

inline constexpr std::int64_t cpu_period_us = 100'000;
inline constexpr std::int64_t min_cpu_shares = 2;

/// The amount of cpu in thousandths, bounded so that no arithmetic below overflows.
std::int64_t cpu_milli(const api::ResourceList& amounts);
/// cgroup v1's weight, 2 to 262144.
std::int64_t cpu_shares(std::int64_t milli);
/// The CFS quota of a limit in periods of 100 ms, at least 1 ms; 0 for no limit.
std::int64_t cpu_quota_us(std::int64_t milli);
/// Bytes by page size as the kernel writes it (`2MB`), of the resources `hugepages-*`.
std::map<std::string, std::uint64_t> hugepage_limits(const api::ResourceList& amounts);

/// The container's limits as the kubelet computes them: cpu.shares from the request (or the limit), a CFS
/// quota of 100 ms periods from the limit, and the OOM score from the Pod's QoS class and the share of the
/// machine's memory that the container asked for. Limits of the whole Pod are those of containers without
/// their own, and memory that only the whole Pod asked for is shared by its containers.
cri::LinuxResources make_resources(const api::Pod& pod, const api::Container& container,
                                   std::int64_t node_memory_bytes);

}  // namespace hooklet
