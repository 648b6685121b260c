// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "pods/pod_memory.hpp"
#include "ports/container_runtime.hpp"
#include "ports/journal_store.hpp"
#include "probes/container_probes.hpp"
#include "status/container_view.hpp"
#include "status/pod_status.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What an earlier agent left in the engine, as the next one takes it over (lifecycle spec 7.5): pure.
namespace hooklet {

/// What there is of one container of the spec.
struct ContainerLeftover {
    std::vector<cri::ContainerStatus> records;         ///< Oldest attempt first.
    std::vector<HookAttempt> hooks;                    ///< Made for these records, oldest first.
    std::optional<cri::ContainerStatus> exit_command;  ///< Of the on-exit hook of the newest record.
    ContainerMemory memory;
};

/// What there is of one Pod.
struct Leftover {
    std::optional<cri::PodSandboxStatus> sandbox;  ///< The newest one.
    std::vector<cri::ContainerStatus> containers;  ///< Oldest attempt first.
    std::vector<HookAttempt> hooks;                ///< Made for these containers, oldest first.
    PodMemory memory;
    std::set<std::string> hidden_values;  ///< As read_hidden_values().

    /// What there is of one container of the spec.
    [[nodiscard]] ContainerLeftover of(const std::string& container) const;
};

/// By the Pods' uids.
using Leftovers = std::map<std::string, Leftover>;
Leftovers leftovers_of(const std::vector<cri::PodSandboxStatus>& sandboxes,
                       const std::vector<cri::ContainerStatus>& containers);

/// The annotation under which a container's record says where its termination message lies on the host.
inline constexpr const char* termination_file_annotation = "hooklet.dev/termination-message-file";

/// The moments of the calendar as the clock that never jumps has them.
struct Now {
    MonotonicTime monotonic;
    WallTime wall;
    /// Never in the future, whatever the clock on the wall showed then.
    [[nodiscard]] MonotonicTime of(WallTime at) const {
        return monotonic - std::max(wall - at, Duration::zero());
    }
};

/// The engine's record as a slot keeps it. Whether postStart was done is the API's to say.
ContainerRecord record_of(const cri::ContainerStatus& status, const Now& now);

/// What the status that was reported last says of this container: it counted as running, so its postStart was
/// done; and what its probes had come to.
struct ReportedRun {
    bool running = false;
    ProbesMemory probes;
};
ReportedRun reported_run(const api::PodStatus& status, const std::string& container, const std::string& id);

/// When the container began, by the status that was reported last, in whole seconds; nullopt: that does not
/// tell.
std::optional<WallTime> reported_start(const api::PodStatus& status, const std::string& container,
                                       const std::string& id);

/// What the container had at last, by the status that was reported last; nullopt: that does not tell.
std::optional<api::ResourceRequirements> reported_resources(const api::PodStatus& status,
                                                            const std::string& container,
                                                            const std::string& id);

/// How far a resize was, by the conditions that were reported last.
ResizeProgress reported_resize(const api::PodStatus& status);

/// How often the container was started, by the status that was reported last; nullopt: never.
std::optional<std::uint32_t> reported_restarts(const api::PodStatus& status, const std::string& container);

}  // namespace hooklet
