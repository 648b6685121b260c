// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/timeline.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::sim {

/// A duration as scenarios write it: `1.5s`, `+10ms`. Throws std::invalid_argument.
Duration duration_of(std::string_view text);

/// When something is to happen.
struct Window {
    Duration from{};
    Duration to{};
    bool relative = false;  ///< Counted from the line that was expected before this one.
};

/// A line that is to be found in the timeline (or never):
///
///     [TIME] SUBJECT TEXT
///
/// TIME is `12s` (up to half a second late, for latency), `+2s` (after the line before, give or take 100 ms),
/// or a range, `10s..19s` or `+10s..+19s`. `*` in TEXT stands for anything.
struct Expectation {
    std::optional<Window> window{};
    std::string subject;
    std::string pattern;
    std::string written;  ///< As the scenario has it.
};

/// Throws std::invalid_argument.
Expectation read_expectation(const std::string& line);

/// Whether `text` is `pattern`, in which `*` stands for anything.
bool fits(std::string_view pattern, std::string_view text);

/// What of `expected` is not in `lines` in this order; nullopt when all is.
std::optional<std::string> first_missing(const std::vector<TimelineLine>& lines,
                                         const std::vector<Expectation>& expected);

/// The lines that are there against `never`.
std::vector<std::string> forbidden(const std::vector<TimelineLine>& lines,
                                   const std::vector<Expectation>& never);

}  // namespace hooklet::sim
