// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

/// What libFuzzer calls with each input, and replay.cpp with each file of the corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace hooklet::fuzz {

/// Ends the run when a property does not hold, so that the input is kept.
inline void require(bool holds) {
    if (!holds) std::abort();
}

/// The text before the first zero byte, and what follows it: inputs of several parts.
inline std::pair<std::string_view, std::string_view> split(std::string_view text) {
    const std::size_t end = text.find('\0');
    if (end == std::string_view::npos) return {text, {}};
    return {text.substr(0, end), text.substr(end + 1)};
}

}  // namespace hooklet::fuzz

/// Defines the entry point: the statements that follow see the input as `std::string_view input`.
#define HOOKLET_FUZZ(input)                                                   \
    static void try_input(std::string_view input);                            \
    int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) { \
        try_input({reinterpret_cast<const char*>(bytes), size});              \
        return 0;                                                             \
    }                                                                         \
    static void try_input(std::string_view input)
