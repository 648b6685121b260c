// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hooklet {

/// Bytes of each output stream of an exec hook that are kept.
inline constexpr std::size_t hook_output_limit = 64 * 1024;

/// The text itself, or its first and last halves of `limit` with a line between that says how much is
/// missing.
std::string head_and_tail(std::string_view text, std::size_t limit);

}  // namespace hooklet
