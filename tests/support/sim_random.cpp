// SPDX-License-Identifier: Apache-2.0
#include "support/sim_random.hpp"

#include <bit>

namespace hooklet::sim {

namespace {
std::uint64_t splitmix64(std::uint64_t& x) {
    x += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = x;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}
}  // namespace

SimRandom::SimRandom(std::uint64_t seed) {
    for (auto& word : state_) word = splitmix64(seed);
}

std::uint64_t SimRandom::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

bool SimRandom::chance(double probability) {
    if (probability <= 0) return false;
    return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
}

Duration SimRandom::between(Duration low, Duration high) {
    using std::chrono::microseconds;
    const auto span = std::chrono::duration_cast<microseconds>(high - low).count();
    if (span <= 0) return low;
    return low + microseconds(below(static_cast<std::uint64_t>(span) + 1));
}

std::uint64_t SimRandom::state_hash() const {
    std::uint64_t hash = 0;
    for (const std::uint64_t word : state_) hash = std::rotl(hash, 13) * 0x9E3779B97F4A7C15ULL ^ word;
    return hash;
}

}  // namespace hooklet::sim
