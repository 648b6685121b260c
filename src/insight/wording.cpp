// SPDX-License-Identifier: Apache-2.0
#include "insight/wording.hpp"

#include "base/utf8.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::insight {

namespace {
using namespace std::chrono;

double in_seconds(Duration d) {
    return duration<double>(d).count();
}

constexpr std::string_view no_character = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "...";

/// The bytes of the first `width` characters.
std::string_view first(std::string_view text, std::size_t width) {
    std::size_t end = 0;
    for (; width > 0 && end < text.size(); --width)
        end += std::max<std::size_t>(utf8_sequence(text.substr(end)), 1);
    return text.substr(0, end);
}

/// What is between the ends is left out.
std::string without_middle(std::string_view text, std::size_t width) {
    if (width <= ellipsis.size()) return std::string(first(text, width));
    const std::size_t kept = width - ellipsis.size();
    const std::string_view end = text.substr(text.size() - (kept + 1) / 2);
    return fmt::format("{}{}{}", text.substr(0, kept / 2), ellipsis, end);
}

/// A control character as a terminal shows a typed one.
std::string caret(char c) {
    return {'^', static_cast<char>(c ^ 0x40)};
}

bool is_c1_control(std::string_view character) {
    return character.size() == 2 && character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
}

std::string shown_character(std::string_view character) {
    const char c = character.front();
    if (c == '\t' || c == '\n') return " ";
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return caret(c);
    return std::string(is_c1_control(character) ? no_character : character);
}
}  // namespace

std::string subject(const PodRef& pod, std::string_view container) {
    std::string text = pod.namespace_ == "default" ? pod.name : pod.namespace_ + "/" + pod.name;
    if (!container.empty()) text.append("/").append(container);
    return text;
}

std::string brief(Duration d) {
    d = std::max(d, Duration::zero());
    if (d < 1s) return fmt::format("{}ms", duration_cast<milliseconds>(d).count());
    if (d < 10s) return fmt::format("{:.2f}s", in_seconds(d));
    if (d < 1min) return fmt::format("{:.1f}s", in_seconds(d));
    const auto whole = duration_cast<seconds>(d).count();
    if (d < 1h) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
    return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
}

std::string offset(Duration d) {
    return fmt::format("{:+.3f}s", in_seconds(d));
}

std::string result_text(const HookAttempt& attempt) {
    if (!attempt.outcome) return "never ended";
    if (*attempt.outcome == HookOutcome::unknown) return fmt::format("Unknown: {}", attempt.cause);
    const bool good = *attempt.outcome == HookOutcome::succeeded;
    std::string text =
        fmt::format("{} {} {}", name(*attempt.outcome), good ? "in" : "after", brief(attempt.took));
    if (!attempt.cause.empty()) text.append(": ").append(attempt.cause);
    return text;
}

bool hook_failed(const HookAttempt& attempt) {
    return attempt.outcome == HookOutcome::failed || attempt.outcome == HookOutcome::timed_out;
}

std::string printable(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const std::size_t length = utf8_sequence(text);
        shown += length == 0 ? std::string(no_character) : shown_character(text.substr(0, length));
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return shown;
}

std::string clip(std::string_view text, std::size_t width) {
    const std::string_view fits = first(text, width);
    if (fits.size() == text.size() || width <= ellipsis.size()) return std::string(fits);
    return std::string(first(text, width - ellipsis.size())).append(ellipsis);
}

std::string shorten(std::string_view subject, std::size_t width) {
    constexpr std::size_t shortest_pod = 5;  // a...z
    if (subject.size() <= width) return std::string(subject);
    const std::size_t slash = std::min(subject.rfind('/'), subject.size());
    const std::string_view container = subject.substr(slash);
    if (container.size() + shortest_pod > width) return without_middle(subject, width);
    return without_middle(subject.substr(0, slash), width - container.size()).append(container);
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    width = std::max<std::size_t>(width, 1);
    std::vector<std::string> lines;
    for (std::string_view fits = first(text, width); fits.size() < text.size(); fits = first(text, width)) {
        const std::size_t blank = text.rfind(' ', fits.size());
        const bool breakable = blank != std::string_view::npos && blank > 0;
        lines.emplace_back(text.substr(0, breakable ? blank : fits.size()));
        text.remove_prefix(breakable ? blank + 1 : fits.size());
    }
    if (!text.empty() || lines.empty()) lines.emplace_back(text);
    return lines;
}

}  // namespace hooklet::insight
