// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <string>

/// Names and defaults that several parts of a Pod's worker derive from its object.
namespace hooklet {

PodRef ref_of(const api::Pod& pod);

/// terminationGracePeriodSeconds, or the kubelet's 2 s where it is unset.
Duration grace_of(const api::Pod& pod);

/// Where a Pod's object is kept for the next agent.
std::string object_file(const std::string& pods_directory, const std::string& uid);

/// Keys that tie engine records to Pods (lifecycle spec 1.6), and to the agent that made them.
namespace label {
inline constexpr const char* pod_name = "io.kubernetes.pod.name";
inline constexpr const char* pod_namespace = "io.kubernetes.pod.namespace";
inline constexpr const char* pod_uid = "io.kubernetes.pod.uid";
inline constexpr const char* container_name = "io.kubernetes.container.name";
inline constexpr const char* owner = "hooklet.dev/owner";
}  // namespace label

}  // namespace hooklet
