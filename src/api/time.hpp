// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

namespace hooklet::api {

/// `metav1.Time` and `metav1.MicroTime`: written as RFC 3339 in UTC, the first with whole seconds, the second
/// with microseconds; the field's table line says which. The epoch means "not set" and is written as null,
/// and so does the beginning of the year 1, which clients write for it.
struct Time {
    CalendarTime at{};  ///< Clients may write any year.

    Time() = default;
    Time(WallTime when) : at(std::chrono::floor<std::chrono::microseconds>(when)) {}  // NOLINT: is one
    [[nodiscard]] bool is_zero() const { return at == CalendarTime{}; }
    /// For calculations; cut to what a WallTime can be.
    [[nodiscard]] WallTime wall() const { return wall_time(at); }

    bool operator==(const Time&) const = default;
};

}  // namespace hooklet::api
