// SPDX-License-Identifier: Apache-2.0
#include "insight/report.hpp"

#include "insight/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::insight {

namespace {

// How many lines of one stream of a hook are shown.
constexpr std::size_t output_lines_failed = 20;
constexpr std::size_t output_lines = 5;

/// A two-column page: labels, and texts wrapped beside them.
class Page {
  public:
    explicit Page(std::size_t width) : width_(width) {}
    void heading(std::size_t indent, std::string_view text) {
        text_ += fmt::format("{:{}}{}\n", "", indent, text);
    }
    void entry(std::string_view label, std::string_view text) {
        std::string left = fmt::format("    {}", label);
        for (const std::string& line : wrap(printable(text), room())) {
            text_ += fmt::format("{:<{}}{}\n", std::exchange(left, {}), margin_, line);
        }
    }
    /// Beside no label, and cut where the page ends.
    void line(std::string_view text) {
        text_ += fmt::format("{:{}}{}\n", "", margin_, clip(printable(text), room()));
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    [[nodiscard]] std::size_t room() const { return std::max(width_, margin_ + 20) - margin_; }

    static constexpr std::size_t margin_ = 15;
    std::size_t width_;
    std::string text_;
};

void write_output(Page& page, std::string_view stream, std::string_view output, std::size_t limit) {
    if (output.ends_with('\n')) output.remove_suffix(1);
    if (output.empty()) return;
    page.line(fmt::format("{}:", stream));
    for (std::size_t shown = 0; !output.empty(); ++shown) {
        if (shown == limit) return page.line("  | ...");
        const std::size_t end = std::min(output.find('\n'), output.size());
        std::string_view line = output.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        page.line(fmt::format("  | {}", line));
        output.remove_prefix(std::min(end + 1, output.size()));
    }
}

void write_hook(Page& page, const HookAttempt& hook) {
    std::string result = result_text(hook);
    if (hook.attempt > 1) result += fmt::format(", attempt {}", hook.attempt);
    page.entry(name(hook.hook), result);
    page.entry("", fmt::format("{}: {}", name(hook.handler), hook.command));
    const bool failed = hook_failed(hook);
    const bool http = hook.handler == HookHandler::http_get;
    if (http && !failed) return;  // a good answer's page says nothing
    const std::size_t limit = failed ? output_lines_failed : output_lines;
    write_output(page, http ? "body" : "stdout", hook.stdout_, limit);
    write_output(page, "stderr", hook.stderr_, limit);
}

void write_hooks(Page& page, const ContainerRun& run, HookType type) {
    for (const HookAttempt& hook : run.hooks) {
        if (hook.hook == type) write_hook(page, hook);
    }
}

std::string stop_text(const ContainerRun& run, const Phase& phase) {
    std::string text = brief(phase.end - phase.begin);
    if (const auto grace = run.grace()) text += fmt::format(" of {} grace", go_duration(*grace));
    if (phase.open) return text + ", not over";
    return text + (run.killed() ? ", SIGKILL was needed" : ", no SIGKILL");
}

std::string phase_text(const ContainerRun& run, const Phase& phase) {
    if (phase.kind == PhaseKind::stop) return stop_text(run, phase);
    std::string text = brief(phase.end - phase.begin);
    if (phase.open) text += ", not over";
    const LifecycleStep* pulled = run.find(StepKind::pulled);
    if (phase.kind == PhaseKind::image && pulled != nullptr && !pulled->detail.empty()) {
        text += ", " + pulled->detail;
    }
    return text;
}

std::string exit_text(const LifecycleStep& exited) {
    std::string text = exited.exit_code ? fmt::format("code {}", *exited.exit_code) : "code unknown";
    if (!exited.detail.empty()) text += ", " + exited.detail;
    return text;
}

void write_run(Page& page, const ContainerRun& run, WallTime now) {
    for (const Phase& phase : phases(run, now)) {
        if (phase.kind == PhaseKind::run) write_hooks(page, run, HookType::post_start);
        if (phase.kind == PhaseKind::stop) write_hooks(page, run, HookType::pre_stop);
        page.entry(name(phase.kind), phase_text(run, phase));
    }
    if (const LifecycleStep* exited = run.find(StepKind::exited)) page.entry("exit", exit_text(*exited));
    write_hooks(page, run, HookType::on_exit);
}

void write_container(Page& page, const ContainerStory& container, WallTime now) {
    if (container.runs.empty()) page.heading(2, container.name);
    for (const ContainerRun& run : last_runs(container)) {
        page.heading(2, run_title(container, run));
        write_run(page, run, now);
    }
    const std::string problem = why_not_started(container);
    if (!problem.empty()) page.entry("problem", problem);
}

}  // namespace

std::string report(const PodStory& story, std::size_t width) {
    Page page(width);
    page.heading(0, fmt::format("Pod {}, {} in all", subject(story.pod, ""), brief(story.end - story.begin)));
    for (const LifecycleStep& step : story.steps) {
        if (step.step == StepKind::sandbox && step.took > Duration::zero())
            page.entry("sandbox", brief(step.took));
    }
    for (const ContainerStory& container : story.containers) write_container(page, container, story.end);
    const std::string problem = why_not_begun(story);
    if (!problem.empty()) page.entry("problem", problem);
    return page.take();
}

}  // namespace hooklet::insight
