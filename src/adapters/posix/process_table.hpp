// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace hooklet {

/// One process of /proc. pid and start time together identify it for good.
struct ProcessEntry {
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t session = 0;              ///< Pid of the session's leader, who may have ended.
    std::uint64_t start_ticks = 0;  ///< Since boot, in clock ticks.
    bool operator==(const ProcessEntry&) const = default;
};

/// Reads the text of /proc/PID/stat. nullopt when it is not such text, or that of a zombie.
std::optional<ProcessEntry> parse_process_stat(std::string_view text);

/// All processes of this PID namespace, except zombies.
std::vector<ProcessEntry> process_table();
std::optional<ProcessEntry> process_entry(pid_t pid);
/// The children of `parent` that have ended and are not reaped yet.
std::vector<pid_t> ended_children(pid_t parent);

/// The argv of a process; empty when it has none or is gone.
std::vector<std::string> process_arguments(pid_t pid);
/// What a link such as `ns/mnt` or `exe` below /proc/PID says; empty when it can't be read.
std::string process_link(pid_t pid, const std::string& name);
/// The pipes that a process has open, as the kernel writes them: `pipe:[123]`.
std::set<std::string> process_pipes(pid_t pid);

/// The time since boot in the unit of `start_ticks`.
std::uint64_t boot_ticks();

/// Sends the signal if it is still the same process. Returns whether it was sent.
bool signal_process(const ProcessEntry& process, int signal);

}  // namespace hooklet
