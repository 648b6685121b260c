// SPDX-License-Identifier: Apache-2.0
#include "pods/leftover.hpp"

#include "api/container_statuses.hpp"
#include "pods/exit_command.hpp"
#include "pods/names.hpp"

#include <algorithm>

namespace hooklet {

namespace {

std::string label_of(const cri::StringMap& labels, const char* key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
}

/// nullptr unless it is of this instance.
const api::ContainerStatus* find_reported(const api::PodStatus& status, const std::string& container,
                                          const std::string& id) {
    const api::ContainerStatus* reported = api::find_status(status, container);
    return reported != nullptr && reported->containerID.ends_with("://" + id) ? reported : nullptr;
}

/// nullptr unless this instance counted as running.
const api::ContainerStatus* find_running(const api::PodStatus& status, const std::string& container,
                                         const std::string& id) {
    const api::ContainerStatus* reported = find_reported(status, container, id);
    return reported != nullptr && reported->state.running ? reported : nullptr;
}

std::optional<ProbeMemory>& memory_of(ProbesMemory& memory, ProbeType type) {
    return memory[static_cast<std::size_t>(type)];
}

constexpr ProbeMemory succeeded{ProbeResult::success, ProbeResult::success, 1, std::nullopt};

}  // namespace

ContainerLeftover Leftover::of(const std::string& container) const {
    ContainerLeftover own;
    std::ranges::copy_if(containers, std::back_inserter(own.records),
                         [&container](const cri::ContainerStatus& c) {
                             return label_of(c.labels, label::container_name) == container;
                         });
    std::ranges::copy_if(hooks, std::back_inserter(own.hooks),
                         [&container](const HookAttempt& attempt) { return attempt.container == container; });
    for (const cri::ContainerStatus& c : containers) {
        const bool is_command = label_of(c.labels, label::container_name) == ExitCommand::name_for(container);
        if (is_command && !own.records.empty() && c.metadata.attempt == own.records.back().metadata.attempt)
            own.exit_command = c;
    }
    const auto known = memory.containers.find(container);
    if (known != memory.containers.end()) own.memory = known->second;
    return own;
}

Leftovers leftovers_of(const std::vector<cri::PodSandboxStatus>& sandboxes,
                       const std::vector<cri::ContainerStatus>& containers) {
    Leftovers all;
    for (const cri::PodSandboxStatus& sandbox : sandboxes) {
        auto& newest = all[sandbox.metadata.uid].sandbox;
        if (!newest || newest->metadata.attempt < sandbox.metadata.attempt) newest = sandbox;
    }
    for (const cri::ContainerStatus& container : containers) {
        all[label_of(container.labels, label::pod_uid)].containers.push_back(container);
    }
    for (auto& [uid, leftover] : all) {
        std::ranges::stable_sort(leftover.containers, {},
                                 [](const cri::ContainerStatus& c) { return c.metadata.attempt; });
    }
    all.erase("");
    return all;
}

ContainerRecord record_of(const cri::ContainerStatus& status, const Now& now) {
    ContainerRecord record;
    record.id = status.id;
    record.restart_count = status.metadata.attempt;
    record.state = status.state;
    record.started_at = status.started_at;
    record.finished_at = status.finished_at;
    record.exit_code = status.exit_code;
    record.reason = status.reason;
    record.message = status.message;
    record.image = status.image;
    record.image_ref = status.image_ref;
    record.hash = label_of(status.annotations, "io.kubernetes.container.hash");
    if (record.exited()) record.ended_at = now.of(status.finished_at);
    return record;
}

ReportedRun reported_run(const api::PodStatus& status, const std::string& container, const std::string& id) {
    ReportedRun run;
    const api::ContainerStatus* reported = find_running(status, container, id);
    if (reported == nullptr) return run;
    run.running = true;
    if (reported->started.value_or(false)) memory_of(run.probes, ProbeType::startup) = succeeded;
    if (reported->ready) memory_of(run.probes, ProbeType::readiness) = succeeded;
    return run;
}

std::optional<WallTime> reported_start(const api::PodStatus& status, const std::string& container,
                                       const std::string& id) {
    const api::ContainerStatus* reported = find_reported(status, container, id);
    if (reported == nullptr) return std::nullopt;
    const api::ContainerState& state = reported->state;
    api::Time at;
    if (state.running) at = state.running->startedAt;
    if (state.terminated) at = state.terminated->startedAt;
    return at.is_zero() ? std::nullopt : std::optional(at.wall());
}

std::optional<api::ResourceRequirements> reported_resources(const api::PodStatus& status,
                                                            const std::string& container,
                                                            const std::string& id) {
    const api::ContainerStatus* reported = find_running(status, container, id);
    return reported != nullptr ? reported->resources : std::nullopt;
}

ResizeProgress reported_resize(const api::PodStatus& status) {
    ResizeProgress progress;
    for (const api::PodCondition& condition : status.conditions) {
        const ResizeNote note{condition.reason, condition.message, condition.observedGeneration};
        if (condition.type == "PodResizePending") progress.pending = note;
        if (condition.type == "PodResizeInProgress") progress.in_progress = note;
    }
    return progress;
}

std::optional<std::uint32_t> reported_restarts(const api::PodStatus& status, const std::string& container) {
    const api::ContainerStatus* reported = api::find_status(status, container);
    if (reported == nullptr || reported->containerID.empty()) return std::nullopt;
    return static_cast<std::uint32_t>(std::max(reported->restartCount, 0));
}

}  // namespace hooklet
