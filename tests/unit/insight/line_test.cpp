// SPDX-License-Identifier: Apache-2.0
#include "insight/line.hpp"

#include "unit/insight/sample_journal.hpp"

#include <gtest/gtest.h>

namespace hooklet::insight {
namespace {

struct Case {
    const char* name;
    JournalEntry entry;
    std::string expected;  // "event|detail|tone", empty: no line
};

std::string shown(const std::optional<Line>& line) {
    if (!line) return {};
    constexpr std::array tones{"plain", "good", "warning", "bad"};
    return line->event + "|" + line->detail + "|" + tones.at(static_cast<std::size_t>(line->tone));
}

HookAttempt second_attempt() {
    HookAttempt attempt = hook(0, HookType::post_start, "nginx", "true");
    attempt.attempt = 2;
    return attempt;
}

const HookAttempt quit = hook(0, HookType::pre_stop, "nginx", "nginx -s quit");

const Case cases[] = {
    {"sandbox", step(0, StepKind::sandbox, "", 120), "Sandbox|in 120ms|plain"},
    {"pulling", step(0, StepKind::pulling, "nginx", 0, "nginx:1"), "Pulling|nginx:1|plain"},
    {"pulled", step(0, StepKind::pulled, "nginx", 1234, "nginx:1"), "Pulled|nginx:1 in 1.23s|plain"},
    {"running", step(0, StepKind::running, "nginx"), "Running||good"},
    {"the hook tells of preStop", step(0, StepKind::pre_stop, "nginx"), ""},
    {"term", term_step(0, "nginx", std::chrono::seconds{9}), "TERM|SIGKILL in 9.00s|plain"},
    {"a signal of the Pod's own",
     [] {
         LifecycleStep term = term_step(0, "nginx", std::chrono::seconds{9});
         term.detail = "SIGQUIT";
         return term;
     }(),
     "TERM|SIGQUIT, SIGKILL in 9.00s|plain"},
    {"kill", step(0, StepKind::kill, "nginx"), "KILL||bad"},
    {"good exit", exit_step(0, "nginx", 0), "Exited|exit code 0|plain"},
    {"bad exit", exit_step(0, "nginx", 137, "OOMKilled"), "Exited|exit code 137, OOMKilled|warning"},
    {"gone", step(0, StepKind::gone, ""), "Gone||plain"},
    {"hook begins", quit, "preStop|exec: nginx -s quit|plain"},
    {"hook begins again", second_attempt(), "postStart|exec: true (attempt 2)|plain"},
    {"hook succeeds", ended(quit, HookOutcome::succeeded, 3), "preStop|Succeeded in 3ms|good"},
    {"hook fails", ended(quit, HookOutcome::failed, 3000, "exit code 3"),
     "preStop|Failed after 3.00s: exit code 3|bad"},
    {"hook times out", ended(quit, HookOutcome::timed_out, 30000), "preStop|TimedOut after 30.0s|bad"},
    {"hook is cancelled", ended(quit, HookOutcome::cancelled, 40, "the container has ended"),
     "preStop|Cancelled after 40ms: the container has ended|warning"},
    {"event of a step", event(0, "nginx", false, "Started", "Started container nginx"), ""},
    {"event of a hook", event(0, "nginx", true, "FailedPreStopHook", "PreStopHook failed: exit code 3"), ""},
    {"event of a pull", event(0, "nginx", false, "Pulled", "Successfully pulled image \"nginx:1\" in 1s"),
     ""},
    {"no pull was needed",
     event(0, "nginx", false, "Pulled", "Container image \"nginx:1\" already present on machine"),
     "Pulled|Container image \"nginx:1\" already present on machine|plain"},
    {"usual kill", event(0, "nginx", false, "Killing", "Stopping container nginx"), ""},
    {"kill with a reason", event(0, "nginx", false, "Killing", "FailedPostStartHook"),
     "Killing|FailedPostStartHook|plain"},
    {"failure", event(0, "nginx", true, "Failed", "Error: no such executable"),
     "Failed|Error: no such executable|warning"},
    {"failure told before", event(0, "nginx", true, "Failed", "Error: ErrImagePull"), ""},
};

TEST(Line, shows_each_fact_once) {
    for (const Case& c : cases) EXPECT_EQ(shown(line_for(c.entry)), c.expected) << c.name;
}

TEST(Line, time_and_subject) {
    EXPECT_EQ(line_for(ended(quit, HookOutcome::succeeded, 3))->at, at(3));
    EXPECT_EQ(line_for(quit)->subject, "web/nginx");
    LifecycleStep other = step(5, StepKind::gone, "");
    other.pod.namespace_ = "shop";
    EXPECT_EQ(line_for(other)->subject, "shop/web");
    EXPECT_EQ(line_for(other)->at, at(5));
}

}  // namespace
}  // namespace hooklet::insight
