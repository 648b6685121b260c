// SPDX-License-Identifier: Apache-2.0
#include "status/pod_status.hpp"

#include "api/qos.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

api::ContainerState terminated(const StatusInput& input, const ContainerRecord& record) {
    api::ContainerStateTerminated state;
    state.exitCode = record.exit_code;
    state.reason = record.reason;
    state.message = record.message;
    state.startedAt = api::Time(record.started_at);
    state.finishedAt = api::Time(record.finished_at);
    state.containerID = input.runtime_name + "://" + record.id;
    api::ContainerState out;
    out.terminated = state;
    return out;
}

api::ContainerState waiting(const Waiting& why) {
    api::ContainerStateWaiting state;
    state.reason = why.reason;
    state.message = why.message;
    api::ContainerState out;
    out.waiting = state;
    return out;
}

api::ContainerState running(const ContainerRecord& record) {
    api::ContainerStateRunning state;
    state.startedAt = api::Time(record.started_at);
    api::ContainerState out;
    out.running = state;
    return out;
}

bool counts_as_running(const ContainerView& view) {
    return view.current && view.current->running() && view.current->post_start_done;
}

api::ContainerStatus container_status(const StatusInput& input, const api::Container& container,
                                      const ContainerView& view) {
    api::ContainerStatus status;
    status.name = container.name;
    status.image = container.image;
    if (view.previous) status.lastState = terminated(input, *view.previous);
    if (!view.current) {
        status.state = waiting(view.waiting.value_or(Waiting{"ContainerCreating", {}}));
    } else {
        const ContainerRecord& record = *view.current;
        status.imageID = record.image_ref;
        status.containerID = input.runtime_name + "://" + record.id;
        status.restartCount = static_cast<std::int32_t>(record.restart_count);
        const bool restart = !input.terminating && wants_start(input.pod->spec.restartPolicy, view.current);
        if (record.exited() && view.waiting && restart) {
            status.state = waiting(*view.waiting);
            status.lastState = terminated(input, record);
        } else if (record.exited()) {
            status.state = terminated(input, record);
        } else if (counts_as_running(view)) {
            status.state = running(record);
        } else {
            status.state = waiting(view.waiting.value_or(Waiting{"ContainerCreating", {}}));
        }
    }
    status.started = counts_as_running(view);
    status.ready = *status.started;
    return status;
}

struct Counts {
    std::size_t running = 0;
    std::size_t waiting = 0;
    std::size_t stopped = 0;
    std::size_t succeeded = 0;
};

Counts count(const std::vector<api::ContainerStatus>& statuses) {
    Counts counts;
    for (const api::ContainerStatus& status : statuses) {
        if (status.state.running) ++counts.running;
        if (status.state.terminated) {
            ++counts.stopped;
            if (status.state.terminated->exitCode == 0) ++counts.succeeded;
        }
        if (status.state.waiting) {
            // Waiting for a restart counts as stopped, waiting for the first start does not.
            if (status.lastState.terminated) {
                ++counts.stopped;
            } else {
                ++counts.waiting;
            }
        }
    }
    return counts;
}

/// The rows of the spec's phase table that ordinary containers can reach.
std::string phase_of(const StatusInput& input, const Counts& counts) {
    const std::string& policy = input.pod->spec.restartPolicy;
    if (input.final_)
        return counts.stopped > 0 && counts.waiting == 0 && counts.stopped == counts.succeeded ? "Succeeded"
                                                                                               : "Failed";
    if (counts.waiting > 0) return "Pending";
    if (counts.running > 0) return "Running";
    if (counts.stopped == 0) return "Pending";
    if (policy == "Always") return "Running";
    if (counts.stopped == counts.succeeded) return "Succeeded";
    return policy == "Never" ? "Failed" : "Running";
}

api::PodCondition condition(const StatusInput& input, std::string type, bool status, std::string reason = {},
                            std::string message = {}) {
    api::PodCondition out;
    out.type = std::move(type);
    out.status = status ? "True" : "False";
    out.reason = std::move(reason);
    out.message = std::move(message);
    out.lastTransitionTime = api::Time(input.now);
    for (const api::PodCondition& old : input.pod->status.conditions) {
        if (old.type == out.type && old.status == out.status) out.lastTransitionTime = old.lastTransitionTime;
    }
    return out;
}

/// ContainersReady and Ready share their reason and message.
std::pair<std::string, std::string> unready(const api::PodStatus& status) {
    if (status.phase == "Succeeded") return {"PodCompleted", ""};
    if (status.phase == "Failed") return {"PodFailed", ""};
    std::vector<std::string> names;
    for (const api::ContainerStatus& container : status.containerStatuses) {
        if (!container.ready) names.push_back(container.name);
    }
    if (names.empty()) return {};
    return {"ContainersNotReady", fmt::format("containers with unready status: [{}]", fmt::join(names, " "))};
}

std::vector<api::PodCondition> conditions(const StatusInput& input, const api::PodStatus& status) {
    const auto [reason, message] = unready(status);
    const bool ready = reason.empty();
    return {condition(input, "PodReadyToStartContainers", input.sandbox_ready),
            condition(input, "Initialized", true, status.phase == "Succeeded" ? "PodCompleted" : ""),
            condition(input, "Ready", ready, reason, message),
            condition(input, "ContainersReady", ready, reason, message),
            condition(input, "PodScheduled", true)};
}

}  // namespace

api::PodStatus make_status(const StatusInput& input) {
    const api::Pod& pod = *input.pod;
    api::PodStatus status;
    for (const api::Container& container : pod.spec.containers) {
        status.containerStatuses.push_back(
            container_status(input, container, input.containers.at(container.name)));
    }
    std::ranges::sort(status.containerStatuses, {}, &api::ContainerStatus::name);
    status.phase = phase_of(input, count(status.containerStatuses));
    status.qosClass = api::qos_class(pod.spec);
    status.hostIP = input.host_ip;
    if (!input.host_ip.empty()) status.hostIPs.push_back({input.host_ip});
    for (const std::string& ip : input.pod_ips) status.podIPs.push_back({ip});
    if (!status.podIPs.empty()) status.podIP = status.podIPs.front().ip;
    status.startTime = pod.status.startTime.value_or(api::Time(input.now));
    status.conditions = conditions(input, status);
    return status;
}

}  // namespace hooklet
