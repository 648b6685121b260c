// SPDX-License-Identifier: Apache-2.0
#include "node/stats_summary.hpp"

#include "api/container_id.hpp"
#include "api/container_statuses.hpp"
#include "node/pod_places.hpp"

#include <algorithm>

namespace hooklet {

namespace {

/// What is left of the container's limit; not set without one.
std::optional<std::uint64_t> left_of_limit(const api::ContainerStatus& status, std::uint64_t working_set) {
    if (!status.resources) return std::nullopt;
    const auto limit = status.resources->limits.find("memory");
    if (limit == status.resources->limits.end()) return std::nullopt;
    const std::int64_t bytes = limit->second.units();
    if (bytes <= 0) return std::nullopt;
    const auto whole = static_cast<std::uint64_t>(bytes);
    return whole - std::min(whole, working_set);
}

std::optional<std::uint64_t> known(std::uint64_t bytes) {
    return bytes == 0 ? std::nullopt : std::optional(bytes);
}

std::optional<DiskUsage> directory_in(const PodUsage* measured, const std::string& name) {
    if (measured == nullptr) return std::nullopt;
    const auto found = measured->directories.find(name);
    return found == measured->directories.end() ? std::nullopt : std::optional(found->second);
}

const cri::ContainerStats* stats_in(const UsageSample& sample, const api::ContainerStatus& status) {
    const auto found = sample.containers.find(api::engine_id(status.containerID));
    return found == sample.containers.end() ? nullptr : &found->second;
}

ContainerUse container_use(const api::ContainerStatus& status, const cri::ContainerStats& now,
                           const cri::ContainerStats* earlier) {
    ContainerUse use{.name = status.name};
    if (status.state.running) use.started = status.state.running->startedAt.wall();
    use.use = {.at = WallTime{now.cpu_read_at},
               .cpu_time = now.cpu_time,
               .working_set_bytes = now.working_set_bytes,
               .available_bytes = left_of_limit(status, now.working_set_bytes),
               .used_bytes = known(now.memory_used_bytes),
               .resident_bytes = known(now.memory_resident_bytes)};
    if (earlier != nullptr) {
        use.use.nano_cores =
            nano_cores(now.cpu_time - earlier->cpu_time, now.cpu_read_at - earlier->cpu_read_at);
    }
    use.rootfs = DiskUsage{now.writable_layer.used_bytes, now.writable_layer.inodes_used};
    return use;
}

/// Sets what the Pod's own cgroup says, and what its containers use together.
void add_whole(PodUse& pod, const PodUsage* measured, WallTime at) {
    pod.use.at = at;
    for (const ContainerUse& container : pod.containers) {
        if (container.use.nano_cores)
            pod.use.nano_cores = pod.use.nano_cores.value_or(0) + *container.use.nano_cores;
    }
    if (measured == nullptr) return;
    pod.use.cpu_time = measured->cpu_time;
    pod.use.working_set_bytes = measured->memory_working_set_bytes;
    pod.use.used_bytes = known(measured->memory_used_bytes);
    pod.use.resident_bytes = known(measured->memory_resident_bytes);
    pod.processes = known(measured->processes);
}

void add_volumes(PodUse& pod, const api::PodSpec& spec, const PodUsage* measured) {
    for (const api::Volume& volume : spec.volumes) {
        const auto used = directory_in(measured, volume_places + volume.name);
        if (!used || !volume.emptyDir) continue;
        auto& kind = volume.emptyDir->medium.empty() ? pod.volumes : pod.in_memory;
        kind[volume.name] = *used;
    }
}

PodUse pod_use(const api::Pod& pod, const UsageSpan& span, const PodUsage* measured) {
    PodUse use{.namespace_ = pod.metadata.namespace_, .name = pod.metadata.name, .uid = pod.metadata.uid};
    if (pod.status.startTime) use.started = pod.status.startTime->wall();
    for (const api::ContainerStatus& status : api::container_statuses(pod.status)) {
        const cri::ContainerStats* now = stats_in(span.now, status);
        if (now == nullptr) continue;
        use.containers.push_back(container_use(status, *now, stats_in(span.earlier, status)));
        use.containers.back().logs = directory_in(measured, log_places + status.name);
    }
    add_whole(use, measured, span.now.at);
    add_volumes(use, pod.spec, measured);
    return use;
}

ResourceUse machine_use(const UsageSpan& span) {
    const NodeUsage& now = span.now.node;
    return {.at = span.now.at,
            .nano_cores =
                nano_cores(now.cpu_time - span.earlier.node.cpu_time, span.now.taken - span.earlier.taken),
            .cpu_time = now.cpu_time,
            .working_set_bytes = now.memory_capacity_bytes - now.memory_available_bytes,
            .available_bytes = now.memory_available_bytes,
            .used_bytes = known(now.memory_used_bytes),
            .resident_bytes = known(now.memory_resident_bytes)};
}

}  // namespace

StatsSummary summarize(const std::string& node_name, const UsageSpan& span,
                       const std::vector<PodUsage>& measured) {
    StatsSummary summary{node_name, machine_use(span), span.now.node, {}};
    for (const PodOnNode& pod : span.now.pods) {
        const auto found = std::ranges::find(measured, pod.pod.metadata.uid, &PodUsage::uid);
        PodUse use = pod_use(pod.pod, span, found == measured.end() ? nullptr : &*found);
        if (!use.containers.empty()) summary.pods.push_back(std::move(use));
    }
    return summary;
}

}  // namespace hooklet
