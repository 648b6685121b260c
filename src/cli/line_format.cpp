// SPDX-License-Identifier: Apache-2.0
#include "cli/line_format.hpp"

#include "insight/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::cli {

namespace {

constexpr std::size_t time_width = 10;
constexpr std::size_t event_width = 9;  // postStart
constexpr std::size_t narrowest_detail = 20;

std::string_view colour_of(insight::Tone tone) {
    switch (tone) {
        case insight::Tone::good:
            return "\x1b[32m";
        case insight::Tone::warning:
            return "\x1b[33m";
        case insight::Tone::bad:
            return "\x1b[31m";
        case insight::Tone::plain:
            break;
    }
    return "";
}

/// Padded first, so that the colour's bytes do not count.
std::string painted(const std::string& text, insight::Tone tone, bool colours) {
    const std::string_view colour = colours ? colour_of(tone) : "";
    return colour.empty() ? text : fmt::format("{}{}\x1b[0m", colour, text);
}

std::string without_trailing_blanks(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

}  // namespace

std::string format_line(const insight::Line& line, const LineFormat& format) {
    const std::string subject =
        format.width ? insight::shorten(line.subject, format.subject_width) : line.subject;
    const std::string head = fmt::format("{:>{}} {:<{}} ", insight::offset(line.at - format.start),
                                         time_width, subject, format.subject_width);
    const std::string event = fmt::format("{:<{}}", line.event, event_width);
    const std::size_t margin = head.size() + event_width + 1;
    const std::string detail = insight::printable(line.detail);
    // An event longer than its column takes from the first line of its detail; that line is then wrapped
    // sooner.
    const std::size_t overhang = event.size() - event_width;
    const std::size_t room =
        format.width ? std::max(*format.width, margin + overhang + narrowest_detail) - margin - overhang
                     : detail.size();
    const std::vector<std::string> parts = insight::wrap(detail, std::max<std::size_t>(room, 1));
    std::string text = without_trailing_blanks(
        fmt::format("{}{} {}", head, painted(event, line.tone, format.colours), parts.front()));
    for (std::size_t i = 1; i < parts.size(); ++i) text += fmt::format("\n{:{}}{}", "", margin, parts[i]);
    return text + "\n";
}

}  // namespace hooklet::cli
