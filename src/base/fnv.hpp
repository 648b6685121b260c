// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace hooklet {

/// The hash of Fowler, Noll and Vo, variant 1a, with the parameters for words of this size. It tells texts
/// apart and is the same in every build and on every machine, which std::hash is not. It protects nothing.
template <class Word>
constexpr Word fnv1a(std::string_view bytes, Word basis, Word prime) {
    Word hash = basis;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    return hash;
}

constexpr std::uint32_t fnv1a_32(std::string_view bytes) {
    return fnv1a<std::uint32_t>(bytes, 0x811C9DC5, 0x01000193);
}
constexpr std::uint64_t fnv1a_64(std::string_view bytes) {
    return fnv1a<std::uint64_t>(bytes, 0xCBF29CE484222325, 0x100000001B3);
}

}  // namespace hooklet
