// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace hooklet {

/// The length in bytes, from 1 to 4, of the well-formed UTF-8 sequence that `text` begins with (Unicode,
/// table 3-7: no overlong forms, no surrogates); 0 when it begins with none.
std::size_t utf8_sequence(std::string_view text);

}  // namespace hooklet
