// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"
#include "ports/container_runtime.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// What a container of the spec is for; decides its order, its restarts and its part in the Pod's phase.
enum class Role {
    init,      ///< Runs to its end before the next one starts.
    sidecar,   ///< An init container with restartPolicy Always: once started, it stays.
    ordinary,  ///< `spec.containers`
    ephemeral  ///< Added to a running Pod for debugging; started once.
};

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
    std::string image;  ///< The name it was asked for by; the spec may have another one since.
    std::string image_ref;
    std::string hash;  ///< Of the definition that it was made from (container_hash).
    /// What it has, by its making or a resize since; not set: what the spec says.
    std::optional<api::ResourceRequirements> resources{};
    bool post_start_done =
        false;  ///< postStart has succeeded, or there is none: the container counts as running.
    /// The engine has told its success (cri::ContainerEventType::succeeded), which its record is to confirm.
    bool told_success = false;
    bool restart = false;  ///< It was stopped so that a new one takes its place, whatever the policy says.
    bool of_old_sandbox = false;  ///< The Pod got a new sandbox after it.
    [[nodiscard]] bool running() const { return state == cri::ContainerState::running; }
    [[nodiscard]] bool exited() const { return state == cri::ContainerState::exited; }
    /// Ended well. A container that ran out of memory did not, even with exit code 0.
    [[nodiscard]] bool succeeded() const { return exited() && exit_code == 0 && reason != "OOMKilled"; }
    /// Its work is done: it has succeeded, or its record can't say so yet and the engine's events do.
    [[nodiscard]] bool done() const { return running() ? told_success && ended_at : succeeded(); }
    /// Running, and not known to have ended: hooks and signals still reach it.
    [[nodiscard]] bool alive() const { return running() && !ended_at; }
};

/// A waiting reason and its message (lifecycle spec 6.5).
struct Waiting {
    std::string reason;
    std::string message;
    bool operator==(const Waiting&) const = default;
};

/// When a container that has ended is started again (lifecycle spec 4.1, 4.3, 4.4).
struct RestartPolicy {
    enum class When { always, on_failure, never };
    When when = When::always;
    std::vector<api::ContainerRestartRule> rules;  ///< Tried first, on the exit code; the first match counts.
    bool operator==(const RestartPolicy&) const = default;
};

/// The policy that counts for a container: its own, else the Pod's, bent to its role.
RestartPolicy restart_policy_of(const api::PodSpec& spec, const api::Container& container, Role role);

/// Whether a container whose last record is `current` is to be started, back-off and the Pod's end apart.
bool wants_start(const RestartPolicy& policy, const std::optional<ContainerRecord>& current);

/// What is known of one container of the spec.
struct ContainerView {
    Role role = Role::ordinary;
    RestartPolicy policy;
    std::optional<ContainerRecord> current;
    std::optional<ContainerRecord> previous;
    std::optional<Waiting> waiting;   ///< Why the next start has not happened, when something went wrong.
    std::uint32_t restart_count = 0;  ///< Of the newest start, also when its record is gone.
    bool started = false;             ///< It counts as running, and its startup probe has succeeded.
    bool ready = false;               ///< Started, and its readiness probe says so.
};

}  // namespace hooklet
