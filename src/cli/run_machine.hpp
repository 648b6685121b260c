// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hooklet::cli {

/// What `hooklet run` waits for before it stops all Pods.
enum class Until { ended, running, ready, completed };

struct RunGoal {
    Until until = Until::ended;
    std::optional<Duration> hold;         ///< `--for`: counted from when every Pod runs or has ended.
    std::optional<std::int64_t> grace_s;  ///< `--grace-period`
};

/// What a Pod's status means for the run.
struct PodView {
    bool running = false;
    bool ready = false;
    bool succeeded = false;
    bool failed = false;
    /// Why it was ended, where that was neither its containers' doing nor ours: `DeadlineExceeded: ...`
    std::string reason{};
    bool operator==(const PodView&) const = default;
};

/// Nothing to do.
struct Wait {
    bool operator==(const Wait&) const = default;
};
/// Every Pod runs or has ended: call hold_over() after `length`.
struct StartHold {
    Duration length{};
    bool operator==(const StartHold&) const = default;
};
/// Ask for the end of all Pods.
struct Remove {
    std::optional<std::int64_t> grace_s;
    std::string why;  ///< For people.
    bool operator==(const Remove&) const = default;
};
/// Leave the Pods as they are and return.
struct Abandon {
    bool operator==(const Abandon&) const = default;
};
/// All Pods are gone.
struct Finish {
    bool operator==(const Finish&) const = default;
};
using RunAction = std::variant<Wait, StartHold, Remove, Abandon, Finish>;

/// Decides the course of `hooklet run`: when to stop the Pods, and what each interrupt does. The first one
/// stops them, the second shortens their grace to one second, the third abandons them; while they are being
/// stopped for another reason, the first one counts as the second.
class RunMachine {
  public:
    RunMachine(RunGoal goal, const std::vector<PodRef>& pods);

    // What has happened; returns what is to be done now.
    RunAction pod_changed(const std::string& uid, PodView view);
    RunAction pod_gone(const std::string& uid);
    RunAction interrupted();
    RunAction hold_over();

    [[nodiscard]] bool was_interrupted() const { return was_interrupted_; }
    /// Why the run failed, as far as the Pods' states tell.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    /// Pods that had Failed before they were asked to stop, or for a reason of their own meanwhile.
    struct FailedPod {
        PodRef pod;
        std::string reason;  ///< Empty: its containers tell.
        bool operator==(const FailedPod&) const = default;
    };
    [[nodiscard]] std::vector<FailedPod> failed() const;
    /// Pods that are not gone.
    [[nodiscard]] std::vector<PodRef> remaining() const;

  private:
    enum class State { watching, stopping, hurried, done };
    struct Pod {
        PodRef ref;
        PodView view;
        bool gone = false;
        [[nodiscard]] bool ended() const { return gone || view.succeeded || view.failed; }
    };
    Pod* find(const std::string& uid);
    RunAction next();
    RunAction watch();
    RunAction stop(std::string why);
    [[nodiscard]] bool all_gone() const;
    [[nodiscard]] bool reached(const Pod& pod) const;
    [[nodiscard]] bool unreachable(const Pod& pod) const;

    RunGoal goal_;
    std::vector<Pod> pods_;
    State state_ = State::watching;
    bool holding_ = false;
    bool was_interrupted_ = false;
    std::vector<std::string> problems_;
};

/// `failures` are what the journal tells (insight::failures). An interrupted run is exit_interrupted,
/// whatever else happened.
int exit_code(bool interrupted, const std::vector<std::string>& failures);

}  // namespace hooklet::cli
