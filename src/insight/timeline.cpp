// SPDX-License-Identifier: Apache-2.0
#include "insight/timeline.hpp"

#include "insight/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::insight {

namespace {

constexpr std::size_t label_width = 14;
constexpr std::size_t duration_width = 8;

struct Row {
    std::string label;
    WallTime begin;
    WallTime end;
    char fill = '=';
    char mark = 0;  // put on the last column, when set
};

/// Where times are on the chart.
struct Scale {
    WallTime begin;
    Duration length;
    std::size_t columns;

    [[nodiscard]] std::size_t column(WallTime at) const {
        const double share =
            std::chrono::duration<double>(at - begin) / std::chrono::duration<double>(length);
        const double scaled = std::clamp(share, 0.0, 1.0) * static_cast<double>(columns);
        return std::min(static_cast<std::size_t>(scaled), columns - 1);
    }
};

Scale scale_of(const PodStory& story, std::size_t width) {
    const std::size_t columns = std::max<std::size_t>(width, 40) - label_width - duration_width - 2;
    return {story.begin, std::max<Duration>(story.end - story.begin, std::chrono::milliseconds{1}), columns};
}

std::string draw(const Row& row, const Scale& scale) {
    const std::size_t from = scale.column(row.begin);
    const std::size_t to = std::max(from, scale.column(row.end));
    std::string bar(scale.columns, ' ');
    std::fill(bar.begin() + static_cast<std::ptrdiff_t>(from),
              bar.begin() + static_cast<std::ptrdiff_t>(to) + 1, row.fill);
    if (row.mark != 0) bar[to] = row.mark;
    return fmt::format("{:<{}}|{}|{:>{}}\n", row.label, label_width, bar, brief(row.end - row.begin),
                       duration_width);
}

std::string axis(const std::string& title, const Scale& scale) {
    const std::string middle = brief(scale.length / 2);
    const std::string end = brief(scale.length);
    std::string marks(scale.columns, ' ');
    marks.replace(0, 2, "0s");
    marks.replace((marks.size() - middle.size()) / 2, middle.size(), middle);
    marks.replace(marks.size() - end.size(), end.size(), end);
    if (title.size() < label_width) return fmt::format("{:<{}} {}\n", title, label_width, marks);
    return fmt::format("{}\n{:<{}} {}\n", title, "", label_width, marks);
}

Row hook_row(const HookAttempt& hook, WallTime now) {
    const WallTime end = hook.outcome ? hook.started_at + hook.took : now;
    const char mark = !hook.outcome ? '>' : hook_failed(hook) ? '!' : char{0};
    return {fmt::format("    {}", name(hook.hook)), hook.started_at, end, '#', mark};
}

/// The stop without its preStop, which has a row of its own: from the signal to the exit.
std::optional<Row> signal_row(const ContainerRun& run, const Phase& stop) {
    const LifecycleStep* signal = run.find(StepKind::term);
    if (signal == nullptr) signal = run.find(StepKind::kill);
    if (signal == nullptr) return std::nullopt;
    const char mark = stop.open ? '>' : run.killed() ? 'x' : char{0};
    return Row{"    TERM-exit", signal->at, stop.end, '=', mark};
}

std::vector<Row> rows_of(const ContainerRun& run, WallTime now) {
    std::vector<Row> rows;
    for (const Phase& phase : phases(run, now)) {
        if (phase.kind == PhaseKind::stop) {
            if (auto row = signal_row(run, phase)) rows.push_back(std::move(*row));
        } else {
            const char mark = phase.open ? '>' : char{0};
            rows.push_back({fmt::format("    {}", name(phase.kind)), phase.begin, phase.end, '=', mark});
        }
    }
    for (const HookAttempt& hook : run.hooks) rows.push_back(hook_row(hook, now));
    std::ranges::stable_sort(rows, {}, &Row::begin);
    return rows;
}

}  // namespace

std::string timeline(const PodStory& story, std::size_t width) {
    const Scale scale = scale_of(story, width);
    std::string text = axis(subject(story.pod, ""), scale);
    for (const LifecycleStep& step : story.steps) {
        if (step.step != StepKind::sandbox) continue;
        text += draw({"  sandbox", step.at - step.took, step.at}, scale);
    }
    for (const ContainerStory& container : story.containers) {
        for (const ContainerRun& run : last_runs(container)) {
            text += fmt::format("  {}\n", run_title(container, run));
            for (const Row& row : rows_of(run, story.end)) text += draw(row, scale);
        }
    }
    return text;
}

}  // namespace hooklet::insight
