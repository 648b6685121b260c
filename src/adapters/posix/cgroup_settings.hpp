// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/file_system.hpp"

#include <string>
#include <vector>

namespace hooklet {

/// A place where cgroups are made.
struct CgroupHierarchy {
    std::string mount_point;
    bool unified = false;                  ///< cgroup v2.
    std::vector<std::string> controllers;  ///< `cpu`, `memory`, `pids`, `hugetlb`, ...
};

/// The hierarchies of the machine: one for cgroup v2, several for v1, both when hybrid. `mountinfo` is a file
/// as proc(5) describes it.
Result<std::vector<CgroupHierarchy>> cgroup_hierarchies(const std::string& mountinfo);

/// One file of a cgroup and what is written to it.
struct CgroupSetting {
    std::string controller;
    std::string file;
    std::string value;
    bool is_limit = false;  ///< False for weights and for the absence of a limit, which need no controller.
    bool operator==(const CgroupSetting&) const = default;
};

/// The files of cgroup v1 or v2 that stand for these limits, in the order of writing; huge pages are not
/// among them. Weights of v2 are the kubelet's and runc's: 1 for 2 shares, 10000 for 262144, linear between.
std::vector<CgroupSetting> cgroup_settings(const CgroupLimits& limits, bool unified);

}  // namespace hooklet
