// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "ports/container_runtime.hpp"

#include <cstdint>

namespace hooklet {

/// The container's limits as the kubelet computes them: cpu.shares from the request (or the limit), a CFS
/// quota of 100 ms periods from the limit, and the OOM score from the Pod's QoS class and the share of the
/// machine's memory that the container asked for.
cri::LinuxResources make_resources(const api::Pod& pod, const api::Container& container,
                                   std::int64_t node_memory_bytes);

}  // namespace hooklet
