// SPDX-License-Identifier: Apache-2.0
#include "node/evictor.hpp"

#include "api/container_id.hpp"
#include "api/container_statuses.hpp"
#include "node/pod_kind.hpp"
#include "node/pod_places.hpp"
#include "pods/names.hpp"

#include <algorithm>

namespace hooklet {

namespace {

constexpr Duration immediate_grace = std::chrono::seconds{1};
constexpr Duration cleanup_limit = std::chrono::seconds{30};
constexpr Duration measure_limit = std::chrono::minutes{1};

DiskUsage directory_usage(const PodUsage& usage, const std::string& key) {
    const auto found = usage.directories.find(key);
    return found == usage.directories.end() ? DiskUsage{} : found->second;
}

const cri::ContainerStats* stats_of(const api::ContainerStatus& status,
                                    const std::vector<cri::ContainerStats>& all) {
    const std::string id = api::engine_id(status.containerID);
    if (id.empty()) return nullptr;
    const auto found = std::ranges::find(all, id, &cri::ContainerStats::container_id);
    return found == all.end() ? nullptr : &*found;
}

PodFootprint footprint_of(const api::Pod& pod, const PodUsage& usage,
                          const std::vector<cri::ContainerStats>& stats) {
    PodFootprint footprint{.memory_bytes = usage.memory_working_set_bytes, .processes = usage.processes};
    for (const auto& [key, used] : usage.directories) {
        if (key.starts_with(volume_places)) footprint.empty_dirs[key.substr(volume_places.size())] = used;
    }
    for (const api::ContainerStatus& status : api::container_statuses(pod.status)) {
        ContainerFootprint container{
            .name = status.name, .rootfs = {}, .logs = directory_usage(usage, log_places + status.name)};
        if (const cri::ContainerStats* own = stats_of(status, stats)) {
            container.memory_bytes = own->working_set_bytes;
            container.rootfs = {own->writable_layer.used_bytes, own->writable_layer.inodes_used};
        }
        footprint.containers.push_back(std::move(container));
    }
    return footprint;
}

bool is_about_disk(EvictionSignal signal) {
    return condition_of(signal) == "DiskPressure";
}

}  // namespace

Evictor::Evictor(NodePorts ports, NodeStats* stats, Collector* collector, EvictionSettings settings)
    : ports_(std::move(ports)),
      stats_(stats),
      collector_(collector),
      settings_(std::move(settings)),
      pressure_(settings_.thresholds, settings_.transition_period),
      gate_(ports_.executor) {}

Task<void> Evictor::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    co_await gate_.close();
}

Task<void> Evictor::loop() {
    const CancelToken cancel = stopping_.token();
    while (!cancel.cancelled()) {
        const bool evicted = co_await round();
        if (evicted) continue;
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(settings_.period, cancel));
    }
}

Task<bool> Evictor::round() {
    const Result<NodeUsage> usage = stats_->node();
    if (!usage) co_return false;
    const Observations seen = observations_of(*usage);
    const bool imagefs = usage->imagefs.has_value();
    const std::vector<Threshold> met = pressure_.observe(seen, ports_.clock->now());
    std::vector<PodOnNode> pods = ports_.pods->pods();
    std::erase_if(pods, [](const PodOnNode& pod) { return pod.ending; });
    const bool limited =
        std::ranges::any_of(pods, [](const PodOnNode& pod) { return has_storage_limit(pod.pod.spec); });
    if (met.empty() && !limited) co_return false;
    const Footprints footprints = co_await measure(pods);
    const bool offended = co_await evict(storage_offenders(pods, footprints, imagefs));
    if (offended || met.empty()) co_return offended;
    const EvictionSignal signal = met.front().signal;
    ports_.node_event(event::eviction_threshold_met(std::string(resource_of(signal))));
    if (co_await reclaim(signal)) co_return false;
    co_return co_await evict(victim(met, seen, pods, footprints, imagefs));
}

Task<Footprints> Evictor::measure(std::vector<PodOnNode> pods) {
    Footprints footprints;
    std::vector<PodPlaces> places;
    for (const PodOnNode& pod : pods)
        places.push_back(places_of(pod, settings_.pods_directory, settings_.pod_log_directory));
    const Call call = ports_.clock->call_within(measure_limit, stopping_.token());
    const auto usages = co_await stats_->pods(std::move(places), call);
    if (!usages) co_return footprints;
    cri::Filter filter;
    filter.label_selector[label::owner] = settings_.owner_label;
    // Without the engine's part, memory and volumes still count.
    const auto listed = co_await ports_.runtime->list_container_stats(filter, call);
    const std::vector<cri::ContainerStats> stats = listed.value_or(std::vector<cri::ContainerStats>{});
    for (const PodUsage& usage : *usages) {
        for (const PodOnNode& pod : pods) {
            if (pod.pod.metadata.uid == usage.uid) {
                footprints[usage.uid] = footprint_of(pod.pod, usage, stats);
            }
        }
    }
    co_return footprints;
}

std::vector<PodStop> Evictor::storage_offenders(const std::vector<PodOnNode>& pods,
                                                const Footprints& footprints, bool imagefs) const {
    std::vector<PodStop> stops;
    for (const PodOnNode& pod : pods) {
        const auto found = footprints.find(pod.pod.metadata.uid);
        if (found == footprints.end() || is_critical(pod.pod)) continue;
        const auto message = broken_storage_limit(pod.pod, found->second, imagefs);
        if (message) stops.push_back({found->first, storage_eviction(*message), immediate_grace});
    }
    return stops;
}

Task<bool> Evictor::reclaim(EvictionSignal signal) {
    if (!is_about_disk(signal)) co_return false;
    co_await collector_->reclaim();
    const Result<NodeUsage> usage = stats_->node();
    co_return usage&& pressure_.is_relieved(observations_of(*usage));
}

std::vector<PodStop> Evictor::victim(const std::vector<Threshold>& met, const Observations& seen,
                                     const std::vector<PodOnNode>& pods, const Footprints& footprints,
                                     bool imagefs) const {
    const Threshold& first = met.front();
    for (const PodOnNode* pod : rank_for_eviction(first.signal, pods, footprints, imagefs)) {
        if (is_critical(pod->pod)) continue;
        const std::string& uid = pod->pod.metadata.uid;
        const auto footprint = footprints.find(uid);
        const Duration soft = std::min(settings_.max_pod_grace, grace_of(pod->pod));
        return {{uid,
                 pressure_eviction(first.signal, pod->pod,
                                   footprint == footprints.end() ? nullptr : &footprint->second, met, seen),
                 first.is_hard() ? immediate_grace : std::max(soft, immediate_grace)}};
    }
    return {};
}

Task<bool> Evictor::evict(std::vector<PodStop> stops) {
    if (stops.empty()) co_return false;
    const Call call = ports_.clock->call_within(cleanup_limit, stopping_.token());
    co_await stop_pods(ports_.executor, ports_.pods, std::move(stops), call);
    co_return true;
}

}  // namespace hooklet
