// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hooklet {

/// The name of the link to a container's log in the directory of all containers' logs:
/// `<pod>_<namespace>_<container>-<container id>.log`, cut before the extension to at most 255 bytes
/// (lifecycle spec 1.6).
std::string log_link_name(const api::Pod& pod, const std::string& container, const std::string& container_id);

/// Bytes of the end of a log that are enough for fallback_message().
inline constexpr std::size_t fallback_read_limit = 64 * 1024;

/// Bytes of the end of an on-exit command's log that are kept, with the engine's prefixes.
inline constexpr std::size_t hook_log_limit = 128 * 1024;
/// A part of a CRI log without the engine's prefixes.
std::string log_text(std::string_view log);

/// What a container that left no termination message last wrote: the end of its log without the engine's
/// prefixes, at most 80 lines and 2048 bytes (lifecycle spec 6.7).
std::string fallback_message(std::string_view log_tail);

/// How a container has ended, in one line: `Error: disk full`, of its termination message the last line that
/// is not empty, and of that 200 bytes at most.
std::string exit_text(std::string_view reason, std::string_view message);

}  // namespace hooklet
