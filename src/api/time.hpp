// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

namespace hooklet::api {

/// `metav1.Time`: written as RFC 3339 in UTC with whole seconds. The epoch means "not set" and is written as
/// null.
struct Time {
    WallTime at{};

    Time() = default;
    Time(WallTime when) : at(when) {}  // NOLINT: a wall time is one
    [[nodiscard]] bool is_zero() const { return at == WallTime{}; }

    bool operator==(const Time&) const = default;
};

}  // namespace hooklet::api
