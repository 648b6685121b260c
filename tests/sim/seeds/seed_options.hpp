// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>

namespace hooklet::sim {

/// What `sim_seeds` is asked to do.
struct SeedOptions {
    static constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t first = 1;
    std::uint64_t last = 1;  ///< `endless`: until it is stopped.
    bool single = false;     ///< One seed, with everything that happened.
    unsigned jobs = 1;
    std::string write{};    ///< File for `SEED FINGERPRINT` lines; empty: none.
    std::string same_as{};  ///< File of such lines that must be met again; empty: none.
};

/// Reads `SEED|FIRST..LAST|FIRST.. [--jobs N] [--write FILE] [--same-as FILE]`. Throws std::invalid_argument.
SeedOptions read_options(std::span<char* const> arguments);

}  // namespace hooklet::sim
