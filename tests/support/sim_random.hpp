// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "ports/random.hpp"

#include <array>
#include <cstdint>

namespace hooklet::sim {

/// Seeded randomness (xoshiro256**, seeded by splitmix64): the same seed gives the same numbers everywhere.
class SimRandom final : public Random {
  public:
    explicit SimRandom(std::uint64_t seed);
    std::uint64_t next() override;

    /// A number from 0 to limit-1. Precondition: limit > 0.
    std::uint64_t below(std::uint64_t limit) { return next() % limit; }
    /// True with this probability.
    bool chance(double probability);
    /// From `low` to `high`, both included, in whole microseconds.
    Duration between(Duration low, Duration high);
    /// A stream of its own, so that one part's draws don't move another's.
    SimRandom fork() { return SimRandom(next()); }
    /// Digest of the internal state, for fingerprints; draws nothing.
    [[nodiscard]] std::uint64_t state_hash() const;

  private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace hooklet::sim
