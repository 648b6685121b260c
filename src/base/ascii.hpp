// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hooklet {

// Characters of ASCII, whatever the locale is; no other byte is one of these.

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_lower_case(char c) {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_upper_case(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_alphanumeric(char c) {
    return is_digit(c) || is_lower_case(c) || is_upper_case(c);
}

}  // namespace hooklet
