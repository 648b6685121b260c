// SPDX-License-Identifier: Apache-2.0
#include "streams/log_filter.hpp"

#include <algorithm>

namespace hooklet {

std::optional<LogLine> parse_log_line(std::string_view line) {
    const auto field = [&line]() -> std::optional<std::string_view> {
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) return std::nullopt;
        const std::string_view text = line.substr(0, space);
        line.remove_prefix(space + 1);
        return text;
    };
    const auto time = field();
    const auto stream = time ? field() : std::nullopt;
    const auto tag = stream ? field() : std::nullopt;
    if (!tag) return std::nullopt;
    // The tag may be followed by others.
    const std::string_view first_tag = tag->substr(0, tag->find(':'));
    if (first_tag != "F" && first_tag != "P") return std::nullopt;
    return LogLine{*time, *stream, first_tag == "F", line};
}

void LogFilter::take_line(std::string_view line, std::string& out) {
    if (view_.skip_lines > 0) {
        --view_.skip_lines;
        return;
    }
    const auto parsed = parse_log_line(line);
    if (!parsed || (!view_.stream.empty() && parsed->stream != view_.stream)) return;
    if (view_.since || view_.timestamps) {
        const auto at = parse_rfc3339(parsed->time);
        if (!at || (view_.since && *at < *view_.since)) return;
        if (view_.timestamps && !continues_) out += rfc3339_nano(*at) + " ";
    }
    out += parsed->text;
    if (parsed->whole) out += '\n';
    continues_ = !parsed->whole;
}

std::string LogFilter::limited(std::string out) {
    if (!view_.limit_bytes) return out;
    const auto room = static_cast<std::size_t>(*view_.limit_bytes);
    if (out.size() > room) out.resize(room);
    *view_.limit_bytes -= static_cast<std::int64_t>(out.size());
    return out;
}

std::string LogFilter::feed(std::string_view bytes) {
    std::string out;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        if (end == std::string_view::npos) {
            rest_ += bytes;
            break;
        }
        if (rest_.empty()) {
            take_line(bytes.substr(0, end), out);
        } else {
            rest_ += bytes.substr(0, end);
            take_line(rest_, out);
            rest_.clear();
        }
        bytes.remove_prefix(end + 1);
    }
    return limited(std::move(out));
}

}  // namespace hooklet
