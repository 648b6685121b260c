// SPDX-License-Identifier: Apache-2.0
#include "insight/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::insight {

namespace {
using namespace std::chrono;

double in_seconds(Duration d) {
    return duration<double>(d).count();
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

std::string clip(std::string_view text, std::size_t width) {
    if (text.size() <= width) return std::string(text);
    if (width <= 3) return std::string(text.substr(0, width));
    return std::string(text.substr(0, width - 3)) + "...";
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    width = std::max<std::size_t>(width, 1);
    std::vector<std::string> lines;
    while (text.size() > width) {
        const std::size_t blank = text.rfind(' ', width);
        const bool breakable = blank != std::string_view::npos && blank > 0;
        lines.emplace_back(text.substr(0, breakable ? blank : width));
        text.remove_prefix(breakable ? blank + 1 : width);
    }
    if (!text.empty() || lines.empty()) lines.emplace_back(text);
    return lines;
}

}  // namespace hooklet::insight
