// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/api.hpp"
#include "streams/query.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hooklet::server {

/// What a request is about.
struct RequestPath {
    std::string path;                   ///< As sent, without the query.
    std::vector<std::string> segments;  ///< Decoded; none is empty, `.` or `..`, or has a `/`.
    Query query;
};

/// Nothing when the path is not one that the API can have: not absolute, a bad escape, `..`, an escaped `/`.
/// Empty segments are passed over.
std::optional<RequestPath> parse_target(std::string_view target);

/// The resource below `/api/VERSION` or `/apis/GROUP/VERSION`.
struct ResourcePath {
    ApiPath path;
    std::size_t length = 0;  ///< The segments that say so; others may follow the subresource.
};
/// Nothing when the segments name no resource.
std::optional<ResourcePath> resource_path(const std::vector<std::string>& segments);

/// What of a target follows its first `count` segments, as sent: `/a//b/?q=1`, `?q=1` or nothing.
std::string_view behind_segments(std::string_view target, std::size_t count);

}  // namespace hooklet::server
