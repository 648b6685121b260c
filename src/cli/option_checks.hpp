// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::cli {

// What is wrong with an option's value as it was typed, in words for people; empty: nothing. The checks of
// CLI11 speak of types and ranges of C++.

using OptionCheck = std::function<std::string(const std::string&)>;

/// `expected text or json, not "xml"`
OptionCheck one_of(std::vector<std::string> words);
/// `expected a whole number from 0 to 100, not "x"`
OptionCheck whole_number(std::int64_t least, std::int64_t most = std::numeric_limits<std::int64_t>::max());
std::string ipv4_problem(const std::string& text);
/// The first takes none below zero.
std::string duration_problem(const std::string& text);
std::string signed_duration_problem(const std::string& text);

/// The failure of words that make no sense together, as kubectl puts it: `error: WHY`.
std::unexpected<Error> no_sense(std::string_view why);

}  // namespace hooklet::cli
