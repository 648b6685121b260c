// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "ports/file_system.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The kubelet's hierarchy of cgroups below an agent's root: Pods of class Guaranteed directly, the others in
/// `burstable` and `besteffort`, so that each class as a whole has its weight.
namespace hooklet {

/// Of the class's Pods; for `Guaranteed` the root itself.
std::string qos_cgroup(const std::string& cgroup_root, std::string_view qos_class);

/// `<root>[/burstable|/besteffort]/pod<uid>`.
std::string pod_cgroup(const std::string& cgroup_root, const api::Pod& pod);

/// Wherever the cgroup of a Pod can be of which only the uid is known.
std::vector<std::string> pod_cgroups(const std::string& cgroup_root, const std::string& uid);

/// What the Pod's cgroup gets. Guaranteed: weight, quota and memory limit; Burstable: the weight, quota and
/// memory limit only when every container has one; BestEffort: the least weight. Huge pages that were not
/// asked for cannot be used.
CgroupLimits pod_cgroup_limits(const api::PodSpec& spec);

/// What the cgroup of all Burstable Pods gets: the weight of their requests together.
CgroupLimits burstable_limits(const std::vector<const api::PodSpec*>& running);
/// What the cgroup of all BestEffort Pods gets: the least weight.
CgroupLimits best_effort_limits();

/// Makes the Pod's cgroup, or sets the limits of the one that is there.
Status make_pod_cgroup(FileSystem* files, const std::string& cgroup_root, const api::Pod& pod);

}  // namespace hooklet
