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

/// The part of an engine's exec error that is about the command: what runc says after its own steps, e.g.
/// `exec: "badcommand": executable file not found in $PATH`. The whole text when it is of another form.
std::string exec_error_cause(std::string_view error);

}  // namespace hooklet
