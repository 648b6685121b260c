// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The files that a container's log is in: `0.log` is written to, `0.log.20240101-120000` was rotated last,
/// `0.log.20240101-110000.gz` before.
namespace hooklet {

/// Whether `name` is, or was meant to become, an older part of `log`.
bool is_rotated_log(const std::string& name, const std::string& log);
bool is_compressed_log(const std::string& name);
/// False for what an interrupted rotation has left among `names`: half a compressed file, or the plain form
/// of a whole one.
bool is_log_in_use(const std::string& name, const std::vector<std::string>& names);

/// The names of all files of the log that hold something, oldest first and the log itself last.
std::vector<std::string> files_of_log(const std::string& log, const std::vector<std::string>& names);

}  // namespace hooklet
