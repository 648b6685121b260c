// SPDX-License-Identifier: Apache-2.0
#include "insight/line.hpp"

#include "insight/problem.hpp"
#include "insight/wording.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::insight {

namespace {

/// Events that say no more than a lifecycle step or a hook attempt, which also knows times and causes.
constexpr std::array<std::string_view, 7> retold{"Pulling",
                                                 "Created",
                                                 "Started",
                                                 "FailedPostStartHook",
                                                 "FailedPreStopHook",
                                                 "PostStartHookTimedOut",
                                                 "PreStopHookTimedOut"};

bool told_elsewhere(const EventRecord& event) {
    if (std::ranges::find(retold, event.reason) != retold.end() || only_names_reason(event)) return true;
    // An image that was there already has no step; the usual stop is told by its steps, other kills say why
    // here.
    if (event.reason == "Pulled") return event.message.starts_with("Successfully pulled");
    return event.reason == "Killing" && event.message.starts_with("Stopping container");
}

std::optional<Line> line_of(const EventRecord& event) {
    if (told_elsewhere(event)) return std::nullopt;
    return Line{event.at, subject(event.pod, event.container), event.reason, event.message,
                event.warning ? Tone::warning : Tone::plain};
}

Tone tone_of(const HookAttempt& attempt) {
    if (hook_failed(attempt)) return Tone::bad;
    return attempt.outcome == HookOutcome::cancelled || attempt.outcome == HookOutcome::unknown
               ? Tone::warning
               : Tone::good;
}

std::optional<Line> line_of(const HookAttempt& attempt) {
    Line line{attempt.started_at,
              subject(attempt.pod, attempt.container),
              std::string(name(attempt.hook)),
              {},
              Tone::plain};
    if (attempt.outcome) {
        line.at += attempt.took;
        line.detail = result_text(attempt);
        line.tone = tone_of(attempt);
    } else {
        line.detail = fmt::format("{}: {}", name(attempt.handler), attempt.command);
        if (attempt.attempt > 1) line.detail += fmt::format(" (attempt {})", attempt.attempt);
    }
    return line;
}

std::string label(StepKind step) {
    switch (step) {
        case StepKind::term:
            return "TERM";
        case StepKind::kill:
            return "KILL";
        default:
            return std::string(name(step));
    }
}

Tone tone_of(const LifecycleStep& step) {
    switch (step.step) {
        case StepKind::running:
            return Tone::good;
        case StepKind::kill:
        case StepKind::failed:
            return Tone::bad;
        case StepKind::exited:
            return step.exit_code.value_or(0) == 0 ? Tone::plain : Tone::warning;
        default:
            return Tone::plain;
    }
}

std::string detail_of(const LifecycleStep& step) {
    if (step.grace) {
        const std::string kill = fmt::format("SIGKILL in {}", brief(*step.grace));
        return step.detail.empty() ? kill : fmt::format("{}, {}", step.detail, kill);
    }
    std::string text;
    if (step.exit_code) text = fmt::format("exit code {}", *step.exit_code);
    if (!step.detail.empty()) text.append(text.empty() ? "" : ", ").append(step.detail);
    if (step.took > Duration::zero()) {
        // An exit's length is that of the life before it.
        const std::string_view word = step.step == StepKind::exited ? "after " : "in ";
        text.append(text.empty() ? "" : " ").append(word).append(brief(step.took));
    }
    return text;
}

std::optional<Line> line_of(const LifecycleStep& step) {
    // The preStop hook's own record says more.
    if (step.step == StepKind::pre_stop) return std::nullopt;
    return Line{step.at, subject(step.pod, step.container), label(step.step), detail_of(step), tone_of(step)};
}

}  // namespace

std::optional<Line> line_for(const JournalEntry& entry) {
    return std::visit([](const auto& record) { return line_of(record); }, entry);
}

}  // namespace hooklet::insight
