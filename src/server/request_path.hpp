// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/api.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hooklet::server {

/// The parameters of a request, decoded, in their order.
class Query {
  public:
    Query() = default;
    /// Reads `a=b&c`, where `+` is a space. A bad escape stands for itself.
    explicit Query(std::string_view text);

    /// The first value of that name; empty when there is none.
    [[nodiscard]] const std::string& get(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;
    /// `true`, `1` or a name without value; anything else is false.
    [[nodiscard]] bool flag(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> values_;
};

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
