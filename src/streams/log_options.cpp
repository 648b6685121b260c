// SPDX-License-Identifier: Apache-2.0
#include "streams/log_options.hpp"

#include <charconv>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// Go's words for a number that cannot be read.
api::Answer<std::optional<std::int64_t>> number(const Query& query, const char* name) {
    const std::string& text = query.get(name);
    if (text.empty()) return std::nullopt;
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* end = text.data() + text.size();
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error == std::errc{} && stop == end) return value;
    const bool too_big = error == std::errc::result_out_of_range;
    return std::unexpected(api::bad_request(fmt::format("strconv.ParseInt: parsing {}: {}", api::quote(text),
                                                        too_big ? "value out of range" : "invalid syntax")));
}

api::Answer<std::optional<WallTime>> time(const Query& query, const char* name) {
    const std::string& text = query.get(name);
    if (text.empty()) return std::nullopt;
    const auto at = parse_rfc3339(text);
    if (!at) return std::unexpected(api::bad_request(at.error().message));
    return *at;
}

void check_least(api::Issues& issues, const char* field, std::optional<std::int64_t> value,
                 std::int64_t least, std::string_view why) {
    if (value && *value < least)
        issues.push_back(api::issue::invalid_raw(field, std::to_string(*value), why));
}

api::Answer<void> check(const LogOptions& options, const std::string& pod) {
    constexpr std::string_view positive = "must be greater than 0";
    api::Issues issues;
    check_least(issues, "tailLines", options.tail_lines, 0, "must be greater than or equal to 0");
    check_least(issues, "limitBytes", options.limit_bytes, 1, positive);
    if (options.since_seconds && options.since_time) {
        issues.push_back(
            api::issue::forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
    } else {
        check_least(issues, "sinceSeconds", options.since_seconds, 1, positive);
    }
    if (issues.empty()) return {};
    return std::unexpected(api::invalid("", "PodLogOptions", pod, issues));
}

}  // namespace

api::Answer<LogOptions> log_options(const Query& query, const std::string& pod) {
    const auto since_seconds = number(query, "sinceSeconds");
    if (!since_seconds) return std::unexpected(since_seconds.error());
    const auto since_time = time(query, "sinceTime");
    if (!since_time) return std::unexpected(since_time.error());
    const auto tail_lines = number(query, "tailLines");
    if (!tail_lines) return std::unexpected(tail_lines.error());
    const auto limit_bytes = number(query, "limitBytes");
    if (!limit_bytes) return std::unexpected(limit_bytes.error());
    LogOptions options{query.get("container"),
                       query.flag("follow"),
                       query.flag("previous"),
                       query.flag("timestamps"),
                       *since_seconds,
                       *since_time,
                       *tail_lines,
                       *limit_bytes};
    if (const auto checked = check(options, pod); !checked) return std::unexpected(checked.error());
    return options;
}

std::optional<WallTime> since(const LogOptions& options, WallTime now) {
    if (options.since_time) return options.since_time;
    if (!options.since_seconds) return std::nullopt;
    // Further back than any log, and within what a time can hold.
    constexpr std::int64_t century_s = 100LL * 365 * 24 * 3600;
    return now - std::chrono::seconds{std::min(*options.since_seconds, century_s)};
}

}  // namespace hooklet
