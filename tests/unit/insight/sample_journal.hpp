// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/journal_store.hpp"

namespace hooklet::insight {

inline const PodRef web{"default", "web", "uid-web"};

/// A time `ms` after the samples' beginning.
inline WallTime at(std::int64_t ms) {
    return WallTime{} + std::chrono::hours{1} + std::chrono::milliseconds{ms};
}

inline LifecycleStep step(std::int64_t ms, StepKind kind, std::string container, std::int64_t took_ms = 0,
                          std::string detail = {}) {
    LifecycleStep made;
    made.at = at(ms);
    made.pod = web;
    made.container = std::move(container);
    made.step = kind;
    made.took = std::chrono::milliseconds{took_ms};
    made.detail = std::move(detail);
    return made;
}

inline LifecycleStep term_step(std::int64_t ms, std::string container, Duration grace) {
    LifecycleStep made = step(ms, StepKind::term, std::move(container));
    made.grace = grace;
    return made;
}

inline LifecycleStep exit_step(std::int64_t ms, std::string container, std::int32_t code,
                               std::string detail = {}) {
    LifecycleStep made = step(ms, StepKind::exited, std::move(container), 0, std::move(detail));
    made.exit_code = code;
    return made;
}

inline HookAttempt hook(std::int64_t ms, HookType type, std::string container, std::string command) {
    HookAttempt made;
    made.pod = web;
    made.container = std::move(container);
    made.hook = type;
    made.command = std::move(command);
    made.started_at = at(ms);
    return made;
}

inline HookAttempt ended(HookAttempt attempt, HookOutcome outcome, std::int64_t took_ms,
                         std::string cause = {}) {
    attempt.outcome = outcome;
    attempt.took = std::chrono::milliseconds{took_ms};
    attempt.cause = std::move(cause);
    return attempt;
}

inline EventRecord event(std::int64_t ms, std::string container, bool warning, std::string reason,
                         std::string message) {
    return {0, at(ms), web, std::move(container), warning, std::move(reason), std::move(message)};
}

/// nginx with both hooks, preStop failing, stopped by SIGKILL after its 12 s of grace.
inline JournalContents killed_after_grace() {
    JournalContents contents;
    contents.steps = {step(120, StepKind::sandbox, "", 120),
                      step(130, StepKind::pulling, "nginx", 0, "nginx:1"),
                      step(1330, StepKind::pulled, "nginx", 1200, "nginx:1"),
                      step(1380, StepKind::created, "nginx", 50),
                      step(1410, StepKind::started, "nginx", 30),
                      step(1430, StepKind::running, "nginx"),
                      step(6430, StepKind::pre_stop, "nginx"),
                      term_step(9430, "nginx", std::chrono::seconds{9}),
                      step(18430, StepKind::kill, "nginx"),
                      exit_step(18450, "nginx", 137),
                      step(18600, StepKind::gone, "")};
    HookAttempt pre_stop =
        ended(hook(6430, HookType::pre_stop, "nginx", "/bin/sh -c \"nginx -s quit; exit 3\""),
              HookOutcome::failed, 3000, "exit code 3");
    pre_stop.exit_code = 3;
    pre_stop.stdout_ = "draining\nstill 2 connections\n";
    pre_stop.stderr_ = "gave up\n";
    contents.hooks = {
        ended(hook(1411, HookType::post_start, "nginx", "/bin/sh -c \"echo hello > /usr/share/message\""),
              HookOutcome::succeeded, 18),
        pre_stop};
    return contents;
}

}  // namespace hooklet::insight
