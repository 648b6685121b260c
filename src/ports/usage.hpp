// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "base/time.hpp"
#include "ports/call.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hooklet {

/// What something uses of the machine.
struct Usage {
    std::uint64_t cpu_nano = 0;      ///< Billionths of a cpu, on average over the time that was measured.
    std::uint64_t memory_bytes = 0;  ///< The working set: what cannot be reclaimed easily.
    bool operator==(const Usage&) const = default;
};

struct PodConsumption {
    std::string namespace_;
    std::string name;
    std::map<std::string, Usage> containers;  ///< By name; those that run.
};

struct UsageReport {
    WallTime at;      ///< The end of the time that was measured.
    Duration window;  ///< Its length.
    Usage machine;
    std::vector<PodConsumption> pods;  ///< Those of which a container runs.
};

/// Measures what the machine and the Pods on it use.
class UsageMeter {
  public:
    virtual ~UsageMeter() = default;
    /// Takes about a second when nobody has asked for some time. Errors are those of the engine and of the
    /// machine's statistics.
    virtual Task<Result<UsageReport>> measure(Call call) = 0;
};

}  // namespace hooklet
