// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/lives.hpp"
#include "support/pod_facts.hpp"
#include "support/sim_world.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace hooklet::sim {

/// A promise that was broken, in words for the one who looks at the failing seed.
struct Violation {
    MonotonicTime at{};
    std::string what{};
    bool operator==(const Violation&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Violation& violation);
using Violations = std::vector<Violation>;

/// How exact the checks may be.
struct Tolerance {
    /// Calls were made to fail, so that the agent may have been wrong about the world for a while: deadlines
    /// are not checked, and what it could not know is excused.
    bool faults = false;
    /// Faults are over, with all that followed from them: stops asked for from here on must be in time again.
    MonotonicTime calm_from = MonotonicTime::max();
    Duration reaction = std::chrono::milliseconds{500};  ///< Latency of calls and events, in total.
};

// What must hold at every moment of a run; each can be checked while it goes on.

/// Every start of a container with a postStart hook has a delivery of it, unless the container ended, or its
/// end was asked for, before that could be.
Violations post_start_delivered(const History& history, const std::vector<PodFacts>& pods, Tolerance t);
/// No stop signal, and no SIGKILL, before the preStop hook has ended or its budget is spent.
Violations no_signal_before_pre_stop(const History& history, const std::vector<PodFacts>& pods, Tolerance t);
/// Everything of a Pod has ended when its grace period plus 2 s are over, and so has every container that is
/// ended for a reason of its own.
Violations stopped_in_time(const History& history, const std::vector<PodFacts>& pods, Tolerance t);
/// No preStop hook for a container that has already ended.
Violations no_pre_stop_after_end(const History& history, const std::vector<PodFacts>& pods, Tolerance t);
/// At most one live container for a Pod and a name.
Violations one_live_container(const History& history);
/// A container's attempt number never goes down.
Violations restart_counts_never_fall(const History& history);

/// No container is made for the first time in a sandbox before the plain init containers in front of it have
/// ended well there and the sidecars have come up.
Violations begun_in_order(const History& history, const std::vector<PodFacts>& pods);
/// A plain init container that has ended well does not run again in its sandbox.
Violations inits_run_once(const History& history, const std::vector<PodFacts>& pods);
/// When a Pod ends, a sidecar gets no stop signal while an ordinary container, a plain init container or a
/// sidecar behind it runs, unless the grace period is over.
Violations sidecars_end_last(const History& history, const std::vector<PodFacts>& pods);
/// When a Pod ends, the end of all its containers begins at the same time, and so do their preStop
/// hooks that are commands. Not checked with faults.
Violations pod_ends_together(const History& history, const std::vector<PodFacts>& pods, Tolerance t);

/// All of the above.
Violations check_run(const History& history, const std::vector<PodFacts>& pods, Tolerance t);

/// Each hook delivery that the world saw is in the journal, and after the agent's orderly end each attempt
/// there has an outcome. Only for runs without faults in the journal.
Violations journal_is_complete(const SimWorld& world, const std::vector<PodFacts>& pods);

enum class Goal {
    running,   ///< One ready sandbox, and each sidecar and each ordinary container
               ///< runs once, its postStart delivered.
    finished,  ///< Nothing runs.
    gone       ///< The engine has no record of it.
};
/// Empty when the Pod is as it should be; else what is missing.
std::string missing(const SimWorld& world, const PodFacts& pod, Goal goal);

/// What is left although all Pods are gone: sandboxes, containers, mounts, files below `pods_directory`,
/// cgroups below `cgroup_root`, where those of the classes of Pods stay.
std::vector<std::string> leftovers(const SimWorld& world, const std::string& pods_directory,
                                   const std::string& cgroup_root);

}  // namespace hooklet::sim
