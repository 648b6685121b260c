// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"
#include "ports/container_runtime.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// One container that the engine has or had: one start of a container of the spec.
struct ContainerRecord {
    std::string id;
    std::uint32_t restart_count = 0;
    cri::ContainerState state = cri::ContainerState::created;
    WallTime started_at;
    WallTime finished_at;
    /// When the agent learned of the end; what back-off counts from. It may be set while `state` is still
    /// running: how the container ended is then not known yet.
    std::optional<MonotonicTime> ended_at;
    std::int32_t exit_code = 0;
    std::string reason;
    std::string message;
    std::string image_ref;
    bool post_start_done =
        false;  ///< postStart has succeeded, or there is none: the container counts as running.
    [[nodiscard]] bool running() const { return state == cri::ContainerState::running; }
    [[nodiscard]] bool exited() const { return state == cri::ContainerState::exited; }
    /// Running, and not known to have ended: hooks and signals still reach it.
    [[nodiscard]] bool alive() const { return running() && !ended_at; }
};

/// A waiting reason and its message (lifecycle spec 6.5).
struct Waiting {
    std::string reason;
    std::string message;
    bool operator==(const Waiting&) const = default;
};

/// What is known of one container of the spec.
struct ContainerView {
    std::optional<ContainerRecord> current;
    std::optional<ContainerRecord> previous;
    std::optional<Waiting> waiting;  ///< Why the next start has not happened, when something went wrong.
};

/// Whether a container that is in this state is to be started (lifecycle spec 4.1), back-off and the Pod's
/// deletion apart.
bool wants_start(const std::string& restart_policy, const std::optional<ContainerRecord>& current);

}  // namespace hooklet
