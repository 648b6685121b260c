// SPDX-License-Identifier: Apache-2.0
#include "sim/expectation.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include <fmt/format.h>

namespace hooklet::sim {

using namespace std::chrono_literals;

namespace {

constexpr Duration latency = 500ms;
constexpr Duration give_or_take = 100ms;

Window read_window(const std::string& word) {
    Window window{.relative = word.starts_with('+')};
    const std::size_t dots = word.find("..");
    window.from = duration_of(word.substr(0, dots));
    if (dots != std::string::npos) {
        window.to = duration_of(word.substr(dots + 2));
    } else if (window.relative) {
        window.to = window.from + give_or_take;
        window.from -= give_or_take;
    } else {
        window.to = window.from + latency;
    }
    return window;
}

bool has_time(const std::string& line) {
    return !line.empty() &&
           (line.front() == '+' || std::isdigit(static_cast<unsigned char>(line.front())) != 0);
}

bool in_time(const Expectation& expected, Duration at, Duration before) {
    if (!expected.window) return true;
    const Duration since = expected.window->relative ? at - before : at;
    return since >= expected.window->from && since <= expected.window->to;
}

bool same_words(const Expectation& expected, const TimelineLine& line) {
    return line.subject == expected.subject && fits(expected.pattern, line.text);
}

/// Where the same words stand at another time, for the one who reads the failure.
std::string elsewhere(const std::vector<TimelineLine>& lines, const Expectation& expected) {
    std::string found;
    for (const TimelineLine& line : lines) {
        if (same_words(expected, line)) found += fmt::format(" {}", go_duration(line.at));
    }
    return found.empty() ? "; it is nowhere" : "; it is at" + found;
}

}  // namespace

Duration duration_of(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto parsed = parse_go_duration(text);
    if (!parsed) throw std::invalid_argument(parsed.error().message);
    return *parsed;
}

Expectation read_expectation(const std::string& line) {
    Expectation out{.subject = {}, .pattern = line, .written = line};
    const auto take_word = [&rest = out.pattern] {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        std::string word = rest.substr(0, space);
        rest.erase(0, std::min(rest.find_first_not_of(' ', space), rest.size()));
        return word;
    };
    if (has_time(out.pattern)) out.window = read_window(take_word());
    out.subject = take_word();
    if (out.pattern.empty()) throw std::invalid_argument("not `[TIME] SUBJECT TEXT`: " + line);
    return out;
}

bool fits(std::string_view pattern, std::string_view text) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == text;
    if (!text.starts_with(pattern.substr(0, star))) return false;
    pattern.remove_prefix(star + 1);
    for (std::size_t skipped = star; skipped <= text.size(); ++skipped) {
        if (fits(pattern, text.substr(skipped))) return true;
    }
    return false;
}

std::optional<std::string> first_missing(const std::vector<TimelineLine>& lines,
                                         const std::vector<Expectation>& expected) {
    auto from = lines.begin();
    Duration before{};
    for (const Expectation& next : expected) {
        const auto found = std::find_if(from, lines.end(), [&](const TimelineLine& line) {
            return same_words(next, line) && in_time(next, line.at, before);
        });
        if (found == lines.end()) {
            return fmt::format("expected after {}: {}{}", go_duration(before), next.written,
                               elsewhere(lines, next));
        }
        before = found->at;
        from = found + 1;
    }
    return std::nullopt;
}

std::vector<std::string> forbidden(const std::vector<TimelineLine>& lines,
                                   const std::vector<Expectation>& never) {
    std::vector<std::string> found;
    for (const TimelineLine& line : lines) {
        for (const Expectation& against : never) {
            if (!same_words(against, line) || !in_time(against, line.at, {})) continue;
            found.push_back(
                fmt::format("expected never: {} {} at {}", line.subject, line.text, go_duration(line.at)));
        }
    }
    return found;
}

}  // namespace hooklet::sim
