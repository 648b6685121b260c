// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/find_annotation.hpp"
#include "api/mirror_pod.hpp"
#include "api/types.hpp"

#include <cstdint>

namespace hooklet {

/// Annotations by which the kubelet marks Pods that come from files.
inline constexpr const char* config_source_annotation = "kubernetes.io/config.source";
inline constexpr const char* config_hash_annotation = "kubernetes.io/config.hash";
inline constexpr const char* config_seen_annotation = "kubernetes.io/config.seen";

/// Priority from which on Pods belong to the system.
inline constexpr std::int32_t system_critical_priority = 2'000'000'000;

inline std::int32_t priority_of(const api::Pod& pod) {
    return pod.spec.priority.value_or(0);
}

/// True for a Pod that comes from a file of the node.
inline bool is_static(const api::Pod& pod) {
    const std::string* source = api::find_annotation(pod.metadata, config_source_annotation);
    return source != nullptr && *source != "api";
}

/// True for Pods that are never evicted or preempted: static ones, their mirrors, and those of the system.
inline bool is_critical(const api::Pod& pod) {
    return is_static(pod) || api::is_mirror(pod.metadata) || priority_of(pod) >= system_critical_priority;
}

}  // namespace hooklet
