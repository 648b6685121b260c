// SPDX-License-Identifier: Apache-2.0
#include "insight/story.hpp"

#include "events/journal.hpp"
#include "insight/problem.hpp"
#include "insight/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::insight {

namespace {

WallTime begin_of(const HookAttempt& attempt) {
    return attempt.started_at;
}
WallTime begin_of(const LifecycleStep& step) {
    return step.at - step.took;
}
WallTime begin_of(const EventRecord& event) {
    return event.at;
}
WallTime end_of(const HookAttempt& attempt) {
    return attempt.started_at + attempt.took;
}
WallTime end_of(const LifecycleStep& step) {
    return step.at;
}
WallTime end_of(const EventRecord& event) {
    return event.at;
}

PodStory& story_of(std::vector<PodStory>& all, const PodRef& pod, WallTime begin) {
    const auto found = std::ranges::find(all, pod, &PodStory::pod);
    if (found != all.end()) return *found;
    return all.emplace_back(PodStory{pod, {}, {}, {}, begin, begin});
}

ContainerStory& container_of(PodStory& story, const std::string& container) {
    const auto found = std::ranges::find(story.containers, container, &ContainerStory::name);
    if (found != story.containers.end()) return *found;
    return story.containers.emplace_back(ContainerStory{container, {}, {}});
}

/// A run is over with its exit, or with a failure that came before its start.
bool over(const ContainerRun& run) {
    if (run.find(StepKind::exited) != nullptr) return true;
    return run.find(StepKind::failed) != nullptr && run.find(StepKind::started) == nullptr;
}

ContainerRun& run_of(ContainerStory& container, const std::string& container_id) {
    if (!container_id.empty()) {
        const auto found = std::ranges::find(container.runs, container_id, &ContainerRun::container_id);
        if (found != container.runs.end()) return *found;
    }
    const bool fits = !container.runs.empty() && !over(container.runs.back()) &&
                      (container_id.empty() || container.runs.back().container_id.empty());
    ContainerRun& run = fits ? container.runs.back() : container.runs.emplace_back();
    if (run.container_id.empty()) run.container_id = container_id;
    return run;
}

void add(PodStory& story, const HookAttempt& attempt) {
    run_of(container_of(story, attempt.container), attempt.container_id).hooks.push_back(attempt);
}

void add(PodStory& story, const LifecycleStep& step) {
    if (step.container.empty()) {
        story.steps.push_back(step);
        if (step.step == StepKind::sandbox) story.problem.reset();
        return;
    }
    ContainerStory& container = container_of(story, step.container);
    run_of(container, step.container_id).steps.push_back(step);
    if (step.step == StepKind::started) container.problem.reset();
}

void add(PodStory& story, const EventRecord& event) {
    if (!keeps_from_starting(event)) return;
    note_problem(event.container.empty() ? story.problem : container_of(story, event.container).problem,
                 event);
}

/// The time at which a record was made.
WallTime recorded_at(const JournalEntry& entry) {
    if (const auto* hook = std::get_if<HookAttempt>(&entry)) return hook->started_at;
    if (const auto* step = std::get_if<LifecycleStep>(&entry)) return step->at;
    return std::get<EventRecord>(entry).at;
}

std::vector<JournalEntry> in_order(const JournalContents& contents) {
    std::vector<JournalEntry> entries(contents.steps.begin(), contents.steps.end());
    entries.insert(entries.end(), contents.hooks.begin(), contents.hooks.end());
    entries.insert(entries.end(), contents.events.begin(), contents.events.end());
    std::ranges::stable_sort(entries, {}, recorded_at);
    return entries;
}

std::optional<Phase> measured(const ContainerRun& run, PhaseKind kind, StepKind step) {
    const LifecycleStep* found = run.find(step);
    if (found == nullptr) return std::nullopt;
    return Phase{kind, begin_of(*found), end_of(*found)};
}

std::optional<Phase> image_phase(const ContainerRun& run, WallTime now) {
    const LifecycleStep* pulling = run.find(StepKind::pulling);
    if (pulling == nullptr) return measured(run, PhaseKind::image, StepKind::pulled);
    const LifecycleStep* end = run.find(StepKind::pulled);
    if (end == nullptr) end = run.find(StepKind::failed);
    return Phase{PhaseKind::image, pulling->at, end ? end->at : now, end == nullptr};
}

/// Why a run that had a process counts as failed; empty when it does not.
std::string failure_of(const ContainerRun& run) {
    const LifecycleStep* exited = run.find(StepKind::exited);
    if (exited == nullptr) return {};
    if (!run.stop_begin() && exited->exit_code.value_or(0) != 0) {
        return fmt::format("ended with exit code {}", *exited->exit_code);
    }
    return {};
}

void add_failures(const std::string& who, const ContainerStory& container, std::vector<std::string>& all) {
    for (const ContainerRun& run : container.runs) {
        for (const HookAttempt& hook : run.hooks) {
            if (hook_failed(hook))
                all.push_back(fmt::format("{}: {} {}", who, name(hook.hook), result_text(hook)));
        }
    }
    const std::string start_problem = why_not_started(container);
    if (!start_problem.empty()) {
        all.push_back(fmt::format("{}: not started: {}", who, start_problem));
        return;
    }
    // A restart that had not come as far as a process takes nothing from the exit before it.
    const auto had_process = [](const ContainerRun& run) { return run.find(StepKind::started) != nullptr; };
    const auto last = std::ranges::find_if(container.runs.rbegin(), container.runs.rend(), had_process);
    if (last == container.runs.rend()) return;
    const std::string failure = failure_of(*last);
    if (!failure.empty()) all.push_back(who + ": " + failure);
}

}  // namespace

std::string_view name(PhaseKind phase) {
    switch (phase) {
        case PhaseKind::image:
            return "image";
        case PhaseKind::create:
            return "create";
        case PhaseKind::start:
            return "start";
        case PhaseKind::run:
            return "run";
        case PhaseKind::stop:
            return "stop";
    }
    return "";
}

const LifecycleStep* ContainerRun::find(StepKind kind) const {
    const auto found = std::ranges::find(steps, kind, &LifecycleStep::step);
    return found == steps.end() ? nullptr : &*found;
}

std::optional<WallTime> ContainerRun::stop_begin() const {
    for (const LifecycleStep& step : steps) {
        const bool stopping =
            step.step == StepKind::pre_stop || step.step == StepKind::term || step.step == StepKind::kill;
        if (stopping) return step.at;
        if (step.step == StepKind::exited) break;
    }
    return std::nullopt;
}

std::span<const ContainerRun> last_runs(const ContainerStory& container) {
    constexpr std::size_t shown = 3;
    const std::span<const ContainerRun> all(container.runs);
    return all.last(std::min(all.size(), shown));
}

std::string why_not_started(const ContainerStory& container) {
    if (!container.runs.empty()) {
        const ContainerRun& last = container.runs.back();
        if (last.find(StepKind::started) != nullptr) return {};
        if (const LifecycleStep* failed = last.find(StepKind::failed)) return failed->detail;
    }
    return container.problem ? container.problem->message : std::string{};
}

std::string why_not_begun(const PodStory& story) {
    return story.containers.empty() && story.problem ? story.problem->message : std::string{};
}

std::string run_title(const ContainerStory& container, const ContainerRun& run) {
    if (container.runs.size() == 1) return container.name;
    const auto number = &run - container.runs.data() + 1;
    return fmt::format("{} (run {} of {})", container.name, number, container.runs.size());
}

std::optional<Duration> ContainerRun::grace() const {
    const LifecycleStep* term = find(StepKind::term);
    const auto begin = stop_begin();
    if (!begin || term == nullptr || !term->grace) return std::nullopt;
    Duration grace = term->at - *begin + *term->grace;
    // After a preStop that took all of it, the stop signal has two seconds that are no part of it.
    const LifecycleStep* pre_stop = find(StepKind::pre_stop);
    if (pre_stop != nullptr && pre_stop->grace) grace = std::min(grace, *pre_stop->grace);
    // The stop is on disk before its first step is recorded: on a busy machine some ten milliseconds of it
    // are over.
    using Deciseconds = std::chrono::duration<std::int64_t, std::deci>;
    return std::chrono::round<Deciseconds>(grace);
}

std::vector<PodStory> stories(const JournalContents& contents) {
    std::vector<PodStory> all;
    for (const JournalEntry& entry : in_order(contents)) {
        std::visit(
            [&all](const auto& r) {
                PodStory& story = story_of(all, r.pod, begin_of(r));
                story.begin = std::min(story.begin, begin_of(r));
                story.end = std::max(story.end, end_of(r));
                add(story, r);
            },
            entry);
    }
    return all;
}

std::vector<Phase> phases(const ContainerRun& run, WallTime now) {
    std::vector<Phase> all;
    const auto add_phase = [&all](const std::optional<Phase>& phase) {
        if (phase) all.push_back(*phase);
    };
    add_phase(image_phase(run, now));
    add_phase(measured(run, PhaseKind::create, StepKind::created));
    add_phase(measured(run, PhaseKind::start, StepKind::started));
    const LifecycleStep* started = run.find(StepKind::started);
    if (started == nullptr) return all;
    const LifecycleStep* exited = run.find(StepKind::exited);
    const WallTime end = exited ? exited->at : now;
    const std::optional<WallTime> stop = run.stop_begin();
    all.push_back({PhaseKind::run, started->at, stop.value_or(end), !stop && exited == nullptr});
    if (stop) all.push_back({PhaseKind::stop, *stop, end, exited == nullptr});
    return all;
}

std::vector<std::string> failures(const std::vector<PodStory>& stories) {
    std::vector<std::string> all;
    for (const PodStory& story : stories) {
        for (const ContainerStory& container : story.containers) {
            add_failures(subject(story.pod, container.name), container, all);
        }
        const std::string problem = why_not_begun(story);
        if (!problem.empty()) all.push_back(fmt::format("{}: {}", subject(story.pod, ""), problem));
    }
    return all;
}

}  // namespace hooklet::insight
