// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace hooklet::testing {

/// What a root's agent and engine have on the machine outside of files: processes, mounts (of network
/// namespaces too), links, cgroups and iptables rules, all found by the root's path or by names made from it,
/// so that others may use the machine meanwhile.
std::vector<std::string> traces_of(const std::string& root);

/// The processes of a Pod, by its cgroup.
std::vector<std::string> processes_of_pod(const std::string& uid);

/// What an SQLite file answers to a question: the first column of each row, with commas between.
std::string database_says(const std::string& file, const std::string& sql);

}  // namespace hooklet::testing
