// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace hooklet {

namespace {

/// What may follow a first byte: `length` bytes in all, the second of them within its own limits.
struct Form {
    unsigned char first_from;
    unsigned char first_to;
    std::size_t length;
    unsigned char second_from = 0x80;
    unsigned char second_to = 0xBF;
};

constexpr std::array<Form, 9> forms{{{0x00, 0x7F, 1},
                                     {0xC2, 0xDF, 2},
                                     {0xE0, 0xE0, 3, 0xA0},
                                     {0xE1, 0xEC, 3},
                                     {0xED, 0xED, 3, 0x80, 0x9F},
                                     {0xEE, 0xEF, 3},
                                     {0xF0, 0xF0, 4, 0x90},
                                     {0xF1, 0xF3, 4},
                                     {0xF4, 0xF4, 4, 0x80, 0x8F}}};

bool within(char c, unsigned char from, unsigned char to) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= from && byte <= to;
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
    if (text.empty()) return 0;
    const auto* const form = std::ranges::find_if(
        forms, [&](const Form& f) { return within(text.front(), f.first_from, f.first_to); });
    if (form == forms.end() || text.size() < form->length) return 0;
    if (form->length > 1 && !within(text[1], form->second_from, form->second_to)) return 0;
    const std::string_view rest = text.substr(1, form->length - 1);
    return std::ranges::all_of(rest, [](char c) { return within(c, 0x80, 0xBF); }) ? form->length : 0;
}

}  // namespace hooklet
