// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hooklet {

/// A process that the kernel has killed since the machine had no memory left.
struct OomVictim {
    std::string process;
    std::string pid;
    bool operator==(const OomVictim&) const = default;
};

/// Reads a message of the kernel's log (lifecycle spec 8). nullopt for all others, and for a process in a
/// cgroup below the root: those of containers are told as their ends.
std::optional<OomVictim> system_oom_victim(std::string_view message);

}  // namespace hooklet
