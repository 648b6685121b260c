// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace hooklet::bench {

/// Rows of `size` bytes a second that a bare SQLite table takes with the settings of the API's objects (WAL,
/// every transaction synced), `group` of them in each transaction. Throws when the file cannot be used.
double raw_sqlite_writes(const std::string& file, std::size_t size, int group, int transactions);

}  // namespace hooklet::bench
