// SPDX-License-Identifier: Apache-2.0
#include "ports/random.hpp"

#include <string_view>

#include <fmt/format.h>

namespace hooklet {

std::string make_uuid(Random& random) {
    const std::uint64_t high = (random.next() & 0xFFFFFFFFFFFF0FFFULL) | 0x0000000000004000ULL;
    const std::uint64_t low = (random.next() & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF,
                       high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFFULL);
}

std::string make_name_suffix(Random& random, std::size_t length) {
    constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out += alphabet[random.next() % alphabet.size()];
    return out;
}

}  // namespace hooklet
