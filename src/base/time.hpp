// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace hooklet {

using Duration = std::chrono::nanoseconds;

/// Marks monotonic time points. It has no `now()`: time comes only through ports/clock.hpp.
struct MonotonicEpoch {
    using duration = Duration;
    using rep = Duration::rep;
    using period = Duration::period;
    using time_point = std::chrono::time_point<MonotonicEpoch>;
    static constexpr bool is_steady = true;
};

/// A point on a clock that never jumps. Meaningful within one boot of the machine; used for all waiting.
using MonotonicTime = std::chrono::time_point<MonotonicEpoch, Duration>;
/// Calendar time (UTC). Used only for what people and other processes read.
using WallTime = std::chrono::sys_time<Duration>;
/// Any moment that RFC 3339 can write, of the years 0000 to 9999: more than a WallTime can be.
using CalendarTime = std::chrono::sys_time<std::chrono::microseconds>;
/// The nearest moment from 1920 to 2200: the difference of two of those is a Duration.
WallTime wall_time(CalendarTime at);

/// RFC 3339 in UTC with whole seconds, as the Kubernetes API writes `metav1.Time`: `2026-01-02T03:04:05Z`.
std::string rfc3339(WallTime at);
std::string rfc3339(CalendarTime at);
/// RFC 3339 in UTC with nanoseconds: `2026-01-02T03:04:05.000000006Z`.
std::string rfc3339_nano(WallTime at);
/// The same with six digits of a second, as `metav1.MicroTime` is written.
std::string rfc3339_micro(CalendarTime at);
/// Reads RFC 3339 with an optional fraction (up to 9 digits) and any offset. Fails with Code::invalid. Cut as
/// wall_time() does.
Result<WallTime> parse_rfc3339(std::string_view text);
/// The same for any year, with microseconds.
Result<CalendarTime> parse_calendar_time(std::string_view text);

/// Go's duration text, as the API and its messages use it: `10s`, `1m20s`, `2m40s`, `5m0s`, `1.5s`, `250ms`,
/// `0s`.
std::string go_duration(Duration d);
/// Reads Go's duration text (`30s`, `1h15m`, `1.5s`, `250ms`, `-2s`, `0`). Fails with Code::invalid.
Result<Duration> parse_go_duration(std::string_view text);

}  // namespace hooklet
