// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace hooklet {

/// All randomness in the agent; seeded in simulation.
class Random {
  public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;
};

/// A version 4 UUID in lower-case hex, as the API server makes object uids.
std::string make_uuid(Random& random);
/// `length` characters of the alphabet that the API server uses for generated names (no vowels, no
/// look-alikes).
std::string make_name_suffix(Random& random, std::size_t length);

}  // namespace hooklet
