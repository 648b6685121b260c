// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>

namespace hooklet {

/// Looks through the database at `path` and, when it is damaged, renames it (with what SQLite keeps beside
/// it) to `PATH.damaged-N`, N from 1. Returns the new name; empty when the file is sound, or there is none,
/// or it can't be looked at: whoever opens it then says why. For the one process that owns the root; reads
/// the whole file.
Result<std::string> set_aside_if_damaged(const std::string& path);

}  // namespace hooklet
