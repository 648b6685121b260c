// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "pods/resize.hpp"
#include "status/container_view.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hooklet {

enum class SandboxState {
    absent,  ///< None was made yet, or it has been removed.
    making,  ///< Being created.
    ready,
    broken,    ///< The engine says that it does not work any more.
    stopping,  ///< Being stopped.
    stopped,   ///< Stopped by us; its records are still there.
    removing,
};

/// The image for the next start of a container.
enum class ImageState { absent, pulling, ready };

/// One container, as plan() sees it.
struct ContainerFacts {
    Role role = Role::ordinary;
    RestartPolicy policy;
    std::optional<ContainerRecord> current;
    ImageState image = ImageState::absent;
    bool starting = false;
    bool stopping = false;
    bool awaits_turn = false;  ///< Its stop may not send the stop signal before those that it serves ended.
    bool exit_hook = false;    ///< Its on-exit hook is running, or due.
    bool started = false;      ///< Runs, postStart is done, and the startup probe, if any, has succeeded.
    bool startup_failed = false;      ///< By its startup probe.
    bool liveness_failed = false;     ///< By its liveness probe.
    bool definition_changed = false;  ///< The spec is not any more what the running container was made from.
    ResizeNeed resize = ResizeNeed::none;  ///< How it gets to the resources of the spec.
    MonotonicTime not_before;  ///< No start before this: a failed start or image pull is retried then.
    std::optional<MonotonicTime> backed_off;  ///< No start before this because it keeps ending.
};

/// Everything that decides what is to be done for a Pod now.
struct Observation {
    MonotonicTime now;
    bool ending = false;   ///< Everything is to stop: deletion, eviction, deadline, shutdown.
    bool deleted = false;  ///< With `ending`: nothing is to be left.
    SandboxState sandbox = SandboxState::absent;
    MonotonicTime sandbox_not_before;       ///< After a failed sandbox call.
    std::optional<MonotonicTime> deadline;  ///< activeDeadlineSeconds.
    bool resizing = false;                  ///< Resources are being changed.
    bool cgroup_outdated = false;           ///< The Pod's cgroup does not have the limits that it should.
    MonotonicTime resize_not_before;        ///< After a failure.
    /// Init containers in spec order, then the ordinary ones, then the ephemeral ones.
    std::vector<ContainerFacts> containers;
};

/// Why a running container is stopped (lifecycle spec 3.1).
enum class StopCause {
    pod_ends,
    sandbox_changed,
    liveness,
    startup,
    definition_changed,
    resize,
    unknown_state
};

// What is to be done. Each begins an activity that is visible in the next observation.
struct MakeSandbox {
    bool operator==(const MakeSandbox&) const = default;
};
struct StopSandbox {
    bool operator==(const StopSandbox&) const = default;
};
struct RemoveSandbox {
    bool operator==(const RemoveSandbox&) const = default;
};
/// The Pod has been active for longer than it may: it ends as Failed.
struct ExpirePod {
    bool operator==(const ExpirePod&) const = default;
};
struct PullImage {
    std::size_t index = 0;
    bool operator==(const PullImage&) const = default;
};
struct StartContainer {
    std::size_t index = 0;
    bool operator==(const StartContainer&) const = default;
};
struct StopContainer {
    std::size_t index = 0;
    StopCause cause = StopCause::pod_ends;
    bool ordered = false;  ///< The stop signal waits for AllowTerm or the end of grace.
    bool restart = false;  ///< Another one follows, whatever the restart policy says of its exit code.
    bool operator==(const StopContainer&) const = default;
};
/// Nobody needs this sidecar any more: it may get the stop signal.
struct AllowTerm {
    std::size_t index = 0;
    bool operator==(const AllowTerm&) const = default;
};
/// The pull or start is interrupted; what it has made so far is stopped like any other container.
struct InterruptStart {
    std::size_t index = 0;
    bool operator==(const InterruptStart&) const = default;
};
/// Running containers and the Pod's cgroup get their new limits.
struct ResizePod {
    bool operator==(const ResizePod&) const = default;
};
/// The container waits for its back-off.
struct ShowBackOff {
    std::size_t index = 0;
    bool operator==(const ShowBackOff&) const = default;
};
using Action = std::variant<MakeSandbox, StopSandbox, RemoveSandbox, ExpirePod, PullImage, StartContainer,
                            StopContainer, AllowTerm, InterruptStart, ResizePod, ShowBackOff>;

struct Plan {
    std::vector<Action> actions;
    std::optional<MonotonicTime> wake_at;  ///< Look again then, even if nothing happens.
    bool completed = false;  ///< Nothing runs and nothing is to be started: the Pod's natural end.
    bool gone = false;       ///< The Pod was deleted and nothing is left.
    bool operator==(const Plan&) const = default;
};

/// Decides (lifecycle spec 1.2, 1.3, 3.5, 3.6, 4). Containers do not wait for one another, except that a
/// start waits while a container before it in the spec is starting; images are pulled side by side.
Plan make_plan(const Observation& seen);

/// How far the init containers and sidecars are (lifecycle spec 4.5).
struct InitProgress {
    bool done = true;                 ///< The ordinary containers' turn has come.
    bool failed = false;              ///< One failed for good: the Pod fails.
    std::vector<std::size_t> starts;  ///< To be started, in spec order.
    std::vector<StopContainer> stops;
    bool operator==(const InitProgress&) const = default;
};
InitProgress init_progress(const std::vector<ContainerFacts>& containers);

/// Whether something of the container is under way or runs.
bool is_alive(const ContainerFacts& container);
/// Whether a pull, a start, a stop or an on-exit hook is under way.
bool is_busy(const ContainerFacts& container);
/// The stop that a running container needs by itself, not for its Pod's sake.
std::optional<StopContainer> needed_stop(const ContainerFacts& container, std::size_t index);

}  // namespace hooklet
