// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/journal_store.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hooklet::insight {

enum class PhaseKind { image, create, start, run, stop };
std::string_view name(PhaseKind phase);  ///< `image`, `create`, ...

/// A stretch of a container's life. `stop` begins with preStop, or with the stop signal when there is none.
struct Phase {
    PhaseKind kind = PhaseKind::image;
    WallTime begin;
    WallTime end;
    bool open = false;  ///< Not over when the journal was read; `end` is then the last known time.
    bool operator==(const Phase&) const = default;
};

/// One life of a container: from its image to its end. A restart begins a new run.
struct ContainerRun {
    std::string container_id;
    std::vector<LifecycleStep> steps;  ///< In order.
    std::vector<HookAttempt> hooks;    ///< In order.

    /// The first step of this kind, or nullptr.
    [[nodiscard]] const LifecycleStep* find(StepKind kind) const;
    /// When the stop began, if somebody stopped it before it ended by itself.
    [[nodiscard]] std::optional<WallTime> stop_begin() const;
    /// The grace period as it stood when the stop signal was sent, to a tenth of a second: the time until
    /// then and what was left.
    [[nodiscard]] std::optional<Duration> grace() const;
    [[nodiscard]] bool killed() const { return find(StepKind::kill) != nullptr; }
};

struct ContainerStory {
    std::string name;
    std::vector<ContainerRun> runs;
    std::optional<EventRecord> problem;  ///< What has kept it from starting since its last start.
};

/// What the journal says about one Pod, put in order for people.
struct PodStory {
    PodRef pod;
    std::vector<LifecycleStep> steps;  ///< Of the Pod itself.
    std::vector<ContainerStory> containers;
    std::optional<EventRecord> problem;  ///< What has kept it from having a sandbox since its last one.
    WallTime begin;                      ///< The first record's time, with the length of what it tells.
    WallTime end;                        ///< The last record's time.
};

/// Pods and containers come in the order in which they appear in the journal.
std::vector<PodStory> stories(const JournalContents& contents);

/// The phases of a run that have begun, in order. `now` ends those that are open.
std::vector<Phase> phases(const ContainerRun& run, WallTime now);

/// The runs that people are shown: the last three. A container in a crash loop has many alike.
std::span<const ContainerRun> last_runs(const ContainerStory& container);
/// `nginx`, or `nginx (run 4 of 5)` when there is more than one.
std::string run_title(const ContainerStory& container, const ContainerRun& run);

/// Why the container's last run has no process; empty when it has one, or when nothing is known.
std::string why_not_started(const ContainerStory& container);
/// Why no container of the Pod has begun; empty when one has, or when nothing is known.
std::string why_not_begun(const PodStory& story);

/// Why a run of these Pods counts as failed, one line each; empty when nothing failed. Failed is: a hook that
/// failed or timed out, a container whose last run ended with a code other than 0 without being stopped, or
/// that could not be started, and a Pod that came as far as no container. A needed SIGKILL is no failure: the
/// Pod's own grace period allows it.
std::vector<std::string> failures(const std::vector<PodStory>& stories);

}  // namespace hooklet::insight
