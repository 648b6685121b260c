// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

namespace hooklet::api {

/// `metav1.Time` and `metav1.MicroTime`: written as RFC 3339 in UTC, the first with whole seconds, the second
/// with microseconds; the field's table line says which. The epoch means "not set" and is written as null.
struct Time {
    WallTime at{};

    Time() = default;
    Time(WallTime when) : at(when) {}  // NOLINT: a wall time is one
    [[nodiscard]] bool is_zero() const { return at == WallTime{}; }

    bool operator==(const Time&) const = default;
};

}  // namespace hooklet::api
