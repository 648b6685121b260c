// SPDX-License-Identifier: Apache-2.0
#include "status/container_status.hpp"

#include "api/container_statuses.hpp"
#include "api/restart_rules.hpp"

#include <algorithm>

namespace hooklet {

namespace {

constexpr const char* lost_message = "The container could not be located when the pod was terminated";
/// What the messages of all containers of a Pod may take together (lifecycle spec 6.7), in bytes.
constexpr std::size_t message_budget = 12'288;

api::ContainerState terminated(const StatusInput& input, const ContainerRecord& record) {
    api::ContainerStateTerminated state;
    state.exitCode = record.exit_code;
    state.reason = record.reason;
    const api::PodSpec& spec = input.pod->spec;
    const std::size_t count =
        spec.initContainers.size() + spec.containers.size() + spec.ephemeralContainers.size();
    state.message = record.message.substr(0, message_budget / count);
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

/// A container that nothing is known of when its Pod has ended (lifecycle spec 6.6).
api::ContainerState lost() {
    api::ContainerStateTerminated state;
    state.exitCode = 137;
    state.reason = "ContainerStatusUnknown";
    state.message = lost_message;
    api::ContainerState out;
    out.terminated = state;
    return out;
}

Waiting why_waiting(const StatusInput& input, const ContainerView& view) {
    if (view.waiting) return *view.waiting;
    return {input.pod->spec.initContainers.empty() ? "ContainerCreating" : "PodInitializing", {}};
}

/// Whether an API server that was told of this end would let the container not start again: it knows the
/// policy and the exit code alone.
bool ends_for_good(const RestartPolicy& policy, const ContainerRecord& record) {
    const bool out_of_memory = record.exit_code == 0 && !record.succeeded();
    return record.restart || (out_of_memory && policy.when != RestartPolicy::When::always);
}

void set_state(const StatusInput& input, const ContainerView& view, api::ContainerStatus& status) {
    // One that was made and never ran has no end to tell of.
    if (view.previous && view.previous->exited()) status.lastState = terminated(input, *view.previous);
    if (!view.current) {
        status.state = waiting(why_waiting(input, view));
        return;
    }
    const ContainerRecord& record = *view.current;
    if (!record.image.empty()) status.image = record.image;
    status.imageID = record.image_ref;
    status.containerID = input.runtime_name + "://" + record.id;
    if (record.exited()) {
        const bool restarts = !input.end && wants_start(view.policy, view.current);
        if (restarts && (view.waiting || ends_for_good(view.policy, record))) {
            status.state = waiting(why_waiting(input, view));
            status.lastState = terminated(input, record);
        } else {
            status.state = terminated(input, record);
        }
    } else if (record.running() && record.post_start_done) {
        status.state = running(record);
    } else {
        status.state = waiting(why_waiting(input, view));
    }
}

std::vector<api::VolumeMountStatus> mounts_of(const api::Container& container) {
    std::vector<api::VolumeMountStatus> out;
    for (const api::VolumeMount& mount : container.volumeMounts) {
        api::VolumeMountStatus status;
        status.name = mount.name;
        status.mountPath = mount.mountPath;
        status.readOnly = mount.readOnly;
        if (mount.readOnly) status.recursiveReadOnly = "Disabled";
        out.push_back(std::move(status));
    }
    return out;
}

/// What was said of an init container that did its work stays said when nothing is known of it any more, and
/// when it runs again in a new sandbox of a Pod whose policy says it may not: no API server takes that back.
const api::ContainerStatus* kept_end(const StatusInput& input, const api::ContainerStatus& now) {
    const ContainerView& view = input.containers.at(now.name);
    const api::ContainerStatus* before = api::find_status(input.pod->status, now.name);
    if (view.role != Role::init || now.state.terminated || before == nullptr) return nullptr;
    if (!before->state.terminated || before->state.terminated->exitCode != 0) return nullptr;
    const bool unknown = !view.current && !view.previous;
    return unknown || !api::may_restart(input.pod->spec, now.name, 0) ? before : nullptr;
}

api::ContainerStatus status_of(const StatusInput& input, const api::Container& container) {
    const ContainerView& view = input.containers.at(container.name);
    api::ContainerStatus status;
    status.name = container.name;
    status.image = container.image;
    status.restartCount = static_cast<std::int32_t>(view.restart_count);
    set_state(input, view, status);
    status.started = view.started;
    const bool done = status.state.terminated && view.current->succeeded();
    status.ready = view.role == Role::init ? done : view.ready;
    status.volumeMounts = mounts_of(container);
    if (view.role != Role::ephemeral) {
        const bool runs = view.current && view.current->running();
        status.resources = runs ? view.current->resources.value_or(container.resources) : container.resources;
        status.allocatedResources = container.resources.requests;
    }
    if (container.lifecycle && container.lifecycle->stopSignal)
        status.stopSignal = container.lifecycle->stopSignal;
    if (const api::ContainerStatus* kept = kept_end(input, status)) return *kept;
    return status;
}

/// Whether there is something to tell of the container besides that it waits for its first start.
bool has_begun(const api::ContainerStatus& status) {
    return !status.state.waiting || status.lastState.terminated;
}

void lose(api::ContainerStatus& status) {
    if (!status.state.terminated) status.state = lost();
}

/// Nobody will ever look at the Pod's containers again: those without an end get one.
void finish(const StatusInput& input, ContainerStatuses& statuses) {
    const bool ordinary_begun = std::ranges::any_of(statuses.ordinary, has_begun);
    bool initialised = statuses.init.empty() || ordinary_begun;
    if (!statuses.init.empty()) {
        const ContainerView& last = input.containers.at(statuses.init.back().name);
        const bool served = last.role == Role::sidecar && last.current.has_value();
        initialised = initialised || served || (last.current && last.current->succeeded());
    }
    if (initialised) std::ranges::for_each(statuses.ordinary, lose);
    std::size_t begun = 1;
    for (std::size_t i = 0; i < statuses.init.size(); ++i) {
        if (initialised || has_begun(statuses.init[i])) begun = i + 1;
    }
    for (std::size_t i = 0; i < std::min(begun, statuses.init.size()); ++i) lose(statuses.init[i]);
    for (api::ContainerStatus& status : statuses.ephemeral) {
        if (has_begun(status)) lose(status);
    }
}

}  // namespace

ContainerStatuses container_statuses(const StatusInput& input) {
    const api::PodSpec& spec = input.pod->spec;
    ContainerStatuses out;
    for (const api::Container& c : spec.initContainers) out.init.push_back(status_of(input, c));
    for (const api::Container& c : spec.containers) out.ordinary.push_back(status_of(input, c));
    for (const api::Container& c : spec.ephemeralContainers) out.ephemeral.push_back(status_of(input, c));
    if (input.final_ && input.end) finish(input, out);
    std::ranges::sort(out.ordinary, {}, &api::ContainerStatus::name);
    std::ranges::sort(out.ephemeral, {}, &api::ContainerStatus::name);
    return out;
}

}  // namespace hooklet
