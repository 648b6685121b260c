// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hooklet::bench {

/// What processes hold in memory, in KiB, from /proc/PID/smaps_rollup.
struct Memory {
    std::int64_t rss_kib = 0;
    std::int64_t anonymous_kib = 0;
};
Memory memory_of(const std::vector<pid_t>& pids);

/// How often all threads of the processes have left the CPU since they began.
/// Processor time of these processes and of all their children that have ended.
double processor_seconds(const std::vector<pid_t>& pids);

std::int64_t context_switches(const std::vector<pid_t>& pids);

/// Processes by the name of their program, among those that come from `ancestor` or, if they have left it,
/// carry `word` in their arguments.
std::vector<pid_t> processes_of(pid_t ancestor, const std::string& program, const std::string& word);

}  // namespace hooklet::bench
