// SPDX-License-Identifier: Apache-2.0
#include "kinds/human_duration.hpp"

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

namespace hooklet::kinds {

namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t year = 365 * day;

/// `seconds` in the large unit, and the rest in the small one unless it is nothing.
std::string two_units(std::int64_t seconds, std::int64_t large, std::string_view large_name,
                      std::int64_t small, std::string_view small_name) {
    const std::int64_t rest = seconds % large / small;
    if (rest == 0) return fmt::format("{}{}", seconds / large, large_name);
    return fmt::format("{}{}{}{}", seconds / large, large_name, rest, small_name);
}

}  // namespace

std::string human_duration(Duration age) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    if (seconds < -1) return "<invalid>";
    if (seconds < 0) return "0s";
    if (seconds < 2 * minute) return fmt::format("{}s", seconds);
    if (seconds < 10 * minute) return two_units(seconds, minute, "m", 1, "s");
    if (seconds < 3 * hour) return fmt::format("{}m", seconds / minute);
    if (seconds < 8 * hour) return two_units(seconds, hour, "h", minute, "m");
    if (seconds < 2 * day) return fmt::format("{}h", seconds / hour);
    if (seconds < 8 * day) return two_units(seconds, day, "d", hour, "h");
    if (seconds < 2 * year) return fmt::format("{}d", seconds / day);
    if (seconds < 8 * year) return two_units(seconds, year, "y", day, "d");
    return fmt::format("{}y", seconds / year);
}

std::string age_of(api::Time since, WallTime now) {
    return since.is_zero() ? "<unknown>" : human_duration(now - since.wall());
}

}  // namespace hooklet::kinds
