// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
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

/// One container, as plan() sees it.
struct ContainerFacts {
    std::optional<ContainerRecord> current;
    bool starting = false;
    bool stopping = false;
    MonotonicTime not_before;  ///< No start before this: a failed start or image pull is retried then.
    std::optional<MonotonicTime> backed_off;  ///< No start before this because it keeps ending.
};

/// Everything that decides what is to be done for a Pod now.
struct Observation {
    MonotonicTime now;
    std::string restart_policy;
    bool terminating = false;  ///< The Pod's end was asked for.
    SandboxState sandbox = SandboxState::absent;
    MonotonicTime sandbox_not_before;        ///< After a failed sandbox call.
    std::vector<ContainerFacts> containers;  ///< In spec order.
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
struct StartContainer {
    std::size_t index = 0;
    bool operator==(const StartContainer&) const = default;
};
struct StopContainer {
    std::size_t index = 0;
    bool operator==(const StopContainer&) const = default;
};
/// The start is interrupted; what it has made so far is stopped like any other container.
struct InterruptStart {
    std::size_t index = 0;
    bool operator==(const InterruptStart&) const = default;
};
/// The container waits for its back-off.
struct ShowBackOff {
    std::size_t index = 0;
    bool operator==(const ShowBackOff&) const = default;
};
using Action = std::variant<MakeSandbox, StopSandbox, RemoveSandbox, StartContainer, StopContainer,
                            InterruptStart, ShowBackOff>;

struct Plan {
    std::vector<Action> actions;
    std::optional<MonotonicTime> wake_at;  ///< Look again then, even if nothing happens.
    bool completed = false;  ///< Nothing runs and nothing is to be started: the Pod's natural end.
    bool gone = false;       ///< The end was asked for and nothing is left.
    bool operator==(const Plan&) const = default;
};

/// Decides (lifecycle spec 1.2, 1.3, 3.6, 4.1). Containers do not wait for one another, except that a first
/// start or a restart waits while a container before it in the spec is starting.
Plan make_plan(const Observation& seen);

}  // namespace hooklet
