// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <istream>
#include <optional>

namespace hooklet {

/// Where the write-ahead log of a database that syncs each commit (`PATH-wal`) is damaged, in bytes from its
/// beginning, when there are committed changes behind that place: SQLite plays the log up to there, and drops
/// the rest without a word. Nothing when it is whole, or ends in a transaction that was never confirmed, as
/// after a loss of power. Damage of the very last transaction cannot be told from that.
/// Source of the format: SQLite's "Database File Format", section 4.
std::optional<std::uint64_t> damage_of_log(std::istream& log);

}  // namespace hooklet
