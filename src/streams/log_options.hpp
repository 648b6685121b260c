// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/status.hpp"
#include "base/time.hpp"
#include "streams/query.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hooklet {

/// PodLogOptions: the query of a Pod's log (API spec 6.5). The parameter `stream` belongs to a feature that
/// is off by default, and is ignored.
struct LogOptions {
    std::string container;  ///< Empty: the Pod's only one.
    bool follow = false;
    bool previous = false;
    bool timestamps = false;
    std::optional<std::int64_t> since_seconds{};  ///< At least 1.
    std::optional<WallTime> since_time{};
    std::optional<std::int64_t> tail_lines{};   ///< At least 0.
    std::optional<std::int64_t> limit_bytes{};  ///< At least 1.
};

/// Refused with 400 when a value cannot be read, with 422 when it is not allowed.
api::Answer<LogOptions> log_options(const Query& query, const std::string& pod);

/// Lines before this are left out; nullopt: none.
std::optional<WallTime> since(const LogOptions& options, WallTime now);

}  // namespace hooklet
