// SPDX-License-Identifier: Apache-2.0
#include "status/pod_status.hpp"

#include "api/pod_phase.hpp"
#include "api/qos.hpp"
#include "status/conditions.hpp"
#include "status/container_status.hpp"

#include <algorithm>

namespace hooklet {

namespace {

/// How a Pod's containers stand, in the terms of the phase table (lifecycle spec 6.2).
struct Counts {
    bool init_failed = false;      ///< For good.
    bool init_pending = false;     ///< A plain init container has not ended well yet.
    bool sidecar_pending = false;  ///< A sidecar has not come up yet.
    bool ordinary_begun = false;   ///< In the sandbox that the Pod has now.
    bool restarts = false;         ///< An ordinary container that has ended is to be started again.
    std::size_t running = 0;
    std::size_t waiting = 0;
    std::size_t stopped = 0;
    std::size_t succeeded = 0;
};

void count_init(const StatusInput& input, const api::ContainerStatus& status, Counts& counts) {
    const ContainerView& view = input.containers.at(status.name);
    if (view.role == Role::sidecar) {
        if (status.state.running) ++counts.running;
        const bool came_up = status.state.running ? view.started : bool{status.lastState.terminated};
        if (!came_up && !status.state.terminated) counts.sidecar_pending = true;
        return;
    }
    if (view.current && view.current->done()) return;
    const bool failed = view.current && view.current->exited();
    if (failed && !wants_start(view.policy, view.current)) counts.init_failed = true;
    counts.init_pending = true;
}

void count_ordinary(const StatusInput& input, const api::ContainerStatus& status, Counts& counts) {
    const ContainerView& view = input.containers.at(status.name);
    if (view.current && !view.current->of_old_sandbox) counts.ordinary_begun = true;
    if (status.state.running) ++counts.running;
    if (status.state.terminated) {
        ++counts.stopped;
        if (status.state.terminated->exitCode == 0) ++counts.succeeded;
        if (view.current && wants_start(view.policy, view.current)) counts.restarts = true;
    }
    if (!status.state.waiting) return;
    // Waiting for a restart counts as stopped, waiting for the first start does not.
    if (status.lastState.terminated) {
        ++counts.stopped;
        counts.restarts = true;
    } else {
        ++counts.waiting;
    }
}

Counts count(const StatusInput& input, const api::PodStatus& status) {
    Counts counts;
    for (const auto& s : status.initContainerStatuses) count_init(input, s, counts);
    for (const auto& s : status.containerStatuses) count_ordinary(input, s, counts);
    // The phase is not terminal while anything runs.
    for (const auto& s : status.ephemeralContainerStatuses) counts.running += s.state.running ? 1 : 0;
    return counts;
}

std::string ended_phase(const StatusInput& input, const Counts& counts) {
    const bool forced = input.end && !input.end->reason.empty() && input.end->fails;
    const bool well = !forced && counts.stopped > 0 && counts.waiting == 0 && counts.running == 0 &&
                      counts.stopped == counts.succeeded;
    return well ? "Succeeded" : "Failed";
}

std::string phase_of(const StatusInput& input, const Counts& counts) {
    if (api::is_terminal(input.pod->status.phase)) return input.pod->status.phase;
    if (input.final_ && input.end) return ended_phase(input, counts);
    // What has failed for good still counts as under way while something of the Pod runs.
    if (counts.init_failed) return input.final_ ? "Failed" : "Pending";
    if ((counts.init_pending || counts.sidecar_pending) && !counts.ordinary_begun) return "Pending";
    if (counts.waiting > 0) return "Pending";
    if (counts.running > 0) return "Running";
    if (counts.stopped == 0) return "Pending";
    // The Pod has not ended as long as something of it is under way, e.g. an on-exit hook.
    if (counts.restarts || !input.final_) return "Running";
    return counts.stopped == counts.succeeded ? "Succeeded" : "Failed";
}

/// Reason and message go with the phase that they explain.
void explain(const StatusInput& input, api::PodStatus& status) {
    const api::PodStatus& before = input.pod->status;
    if (status.phase == before.phase) {
        status.reason = before.reason;
        status.message = before.message;
    } else if (input.end && status.phase == "Failed") {
        status.reason = input.end->reason;
        status.message = input.end->message;
    }
}

/// The first of each: the API takes no more.
std::vector<api::PodIP> one_of_each_family(const std::vector<std::string>& ips) {
    std::vector<api::PodIP> chosen;
    for (const std::string& ip : ips) {
        const auto same_family = [&ip](const api::PodIP& other) {
            return (other.ip.find(':') == std::string::npos) == (ip.find(':') == std::string::npos);
        };
        if (std::ranges::none_of(chosen, same_family)) chosen.push_back({ip});
    }
    return chosen;
}

}  // namespace

api::PodStatus make_status(const StatusInput& input) {
    const api::Pod& pod = *input.pod;
    ContainerStatuses containers = container_statuses(input);
    api::PodStatus status;
    status.observedGeneration = pod.metadata.generation;
    status.initContainerStatuses = std::move(containers.init);
    status.containerStatuses = std::move(containers.ordinary);
    status.ephemeralContainerStatuses = std::move(containers.ephemeral);
    status.phase = phase_of(input, count(input, status));
    explain(input, status);
    status.qosClass = api::qos_class(pod.spec);
    status.hostIP = input.host_ip;
    if (!input.host_ip.empty()) status.hostIPs.push_back({input.host_ip});
    status.podIPs = one_of_each_family(input.pod_ips);
    if (pod.spec.hostNetwork && status.podIPs.empty()) {
        for (const api::HostIP& host : status.hostIPs) status.podIPs.push_back({host.ip});
    }
    if (!status.podIPs.empty()) status.podIP = status.podIPs.front().ip;
    status.startTime = pod.status.startTime.value_or(api::Time(input.now));
    status.conditions = make_conditions(input, status);
    return status;
}

api::PodStatus rejected_status(const api::Pod& pod, const std::string& reason, const std::string& message,
                               WallTime now) {
    api::PodStatus status;
    status.observedGeneration = pod.metadata.generation;
    status.phase = "Failed";
    status.reason = reason;
    status.message = "Pod was rejected: " + message;
    status.qosClass = api::qos_class(pod.spec);
    status.startTime = api::Time(now);
    return status;
}

}  // namespace hooklet
