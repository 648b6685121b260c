// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

namespace hooklet {

/// Which characters HTTP/1.1 allows where (RFC 9110, 5.6.2 and 5.5).

inline bool is_token_char(unsigned char c) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    const unsigned char lower = c | 0x20U;
    return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') || others.contains(static_cast<char>(c));
}

inline bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

inline bool is_value_char(unsigned char c) {
    return c == '\t' || (c >= 0x20 && c != 0x7F);
}

inline bool is_target_char(unsigned char c) {
    return c > 0x20 && c != 0x7F;
}

}  // namespace hooklet
