// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/faults.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hooklet::sim {

/// How a random scenario went.
struct SeedRun {
    std::string scenario;               ///< Its text.
    std::vector<std::string> failures;  ///< Empty when all promises were kept.
    std::uint64_t fingerprint = 0;      ///< The same for the same seed, on every machine and in every build.
    std::string happened;               ///< The timeline; empty when all is well, unless asked for.
    FaultCounts faults;
    std::map<std::string, std::uint64_t> steps;  ///< How often which verbs were performed.
};

/// Plays the scenario of a seed. `everything`: with the timeline, and the world's own record as well.
SeedRun play_seed(std::uint64_t seed, bool everything = false);

}  // namespace hooklet::sim
