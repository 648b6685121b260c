// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "node/thresholds.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hooklet {

/// The memory of eviction: which thresholds are met since when, and which conditions the node has. A step
/// machine without I/O.
class Pressure {
  public:
    Pressure(std::vector<Threshold> thresholds, Duration transition_period)
        : thresholds_(std::move(thresholds)), transition_period_(transition_period) {}

    /// Takes a new look at the machine. Returns the thresholds that ask for eviction now (their grace is
    /// over), memory first.
    std::vector<Threshold> observe(const Observations& seen, MonotonicTime now);

    /// True when none of the thresholds is met, with what each wants to be reclaimed, grace or not.
    [[nodiscard]] bool is_relieved(const Observations& seen) const;

    /// `DiskPressure`, `MemoryPressure`, `PIDPressure`: those seen within the transition period, as of the
    /// last look.
    [[nodiscard]] const std::set<std::string>& conditions() const { return conditions_; }

  private:
    std::vector<Threshold> thresholds_;
    Duration transition_period_;
    std::vector<Threshold> acting_;  // those that asked for eviction at the last look
    std::vector<std::pair<Threshold, MonotonicTime>> met_since_;
    std::map<std::string, MonotonicTime> last_seen_;
    std::set<std::string> conditions_;
};

/// What admission says to a Pod while the node has these conditions: nullopt when it may start, else the
/// message of the rejection `Evicted`. Critical Pods always may; under nothing but memory pressure all but
/// BestEffort ones may, and those that tolerate the pressure's taint.
std::optional<std::string> pressure_rejection(const api::Pod& pod, const std::set<std::string>& conditions);

}  // namespace hooklet
