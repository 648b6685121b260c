// SPDX-License-Identifier: Apache-2.0
#include "server/request_path.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include <boost/url/pct_string_view.hpp>

namespace hooklet::server {

namespace {

/// Nothing when an escape is none.
std::optional<std::string> decoded(std::string_view text) {
    const auto escaped = boost::urls::make_pct_string_view(text);
    if (!escaped) return std::nullopt;
    return escaped->decode();
}

std::string_view take_until(std::string_view& rest, char end) {
    const std::size_t at = std::min(rest.find(end), rest.size());
    const std::string_view piece = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return piece;
}

bool usable(std::string_view segment) {
    return segment != "." && segment != ".." && segment.find('/') == std::string_view::npos &&
           segment.find('\0') == std::string_view::npos;
}

/// Below a namespace these belong to the namespace itself.
bool of_namespace(std::string_view segment) {
    return segment == "status" || segment == "finalize";
}

}  // namespace

std::optional<RequestPath> parse_target(std::string_view target) {
    RequestPath request;
    request.query = Query(target);
    std::string_view path = take_until(target, '?');
    request.path = path;
    if (!path.starts_with('/')) return std::nullopt;
    while (!path.empty()) {
        const std::string_view raw = take_until(path, '/');
        if (raw.empty()) continue;
        auto segment = decoded(raw);
        if (!segment || !usable(*segment)) return std::nullopt;
        request.segments.push_back(*std::move(segment));
    }
    return request;
}

std::optional<ResourcePath> resource_path(const std::vector<std::string>& segments) {
    std::span<const std::string> rest(segments);
    ResourcePath found;
    ApiPath& path = found.path;
    const auto take = [&rest](std::string& into) {
        if (rest.empty()) return;
        into = rest.front();
        rest = rest.subspan(1);
    };
    const bool grouped = !rest.empty() && rest.front() == "apis";
    if (rest.size() < (grouped ? 4U : 3U) || (!grouped && rest.front() != "api")) return std::nullopt;
    rest = rest.subspan(1);
    if (grouped) take(path.group);
    take(path.version);
    if (rest.size() > 2 && rest.front() == "namespaces" && !(rest.size() == 3 && of_namespace(rest[2]))) {
        rest = rest.subspan(1);
        take(path.namespace_);
    }
    take(path.resource);
    take(path.name);
    take(path.subresource);
    found.length = segments.size() - rest.size();
    return found;
}

std::string_view behind_segments(std::string_view target, std::size_t count) {
    const std::size_t path_end = std::min(target.find('?'), target.size());
    std::size_t at = 0;
    for (; count > 0; --count) {
        while (at < path_end && target[at] == '/') ++at;
        at = std::min(target.find('/', at), path_end);
    }
    return target.substr(at);
}

}  // namespace hooklet::server
