// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/seed_run.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hooklet::sim {

/// What many random runs have tried out together.
struct Coverage {
    FaultCounts faults;
    std::map<std::string, std::uint64_t> steps;

    void add(const SeedRun& run);
    /// A table: a line for each call site with the number of its calls and of each kind of fault.
    [[nodiscard]] std::string text() const;
    /// What random runs are meant to try and never did: kinds of faults by call site, steps.
    [[nodiscard]] std::vector<std::string> gaps() const;
};

}  // namespace hooklet::sim
