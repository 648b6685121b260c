// SPDX-License-Identifier: Apache-2.0
#include "node/eviction.hpp"

#include "api/pod_resources.hpp"
#include "node/pod_kind.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

constexpr const char* storage = "ephemeral-storage";

api::Quantity bytes(std::uint64_t amount) {
    return api::Quantity::of_units(static_cast<std::int64_t>(amount), api::Quantity::Format::binary_si);
}

bool is_in_memory(const api::PodSpec& spec, const std::string& volume) {
    const auto found = std::ranges::find(spec.volumes, volume, &api::Volume::name);
    return found != spec.volumes.end() && found->emptyDir && found->emptyDir->medium == "Memory";
}

DiskUsage plus(DiskUsage a, const DiskUsage& b) {
    return {a.bytes + b.bytes, a.inodes + b.inodes};
}

enum class Parts { all, logs_and_volumes, rootfs };

DiskUsage disk_of(const api::PodSpec& spec, const PodFootprint& footprint, Parts parts) {
    DiskUsage sum;
    for (const ContainerFootprint& container : footprint.containers) {
        if (parts != Parts::logs_and_volumes) sum = plus(sum, container.rootfs);
        if (parts != Parts::rootfs) sum = plus(sum, container.logs);
    }
    for (const auto& [volume, usage] : footprint.empty_dirs) {
        if (parts != Parts::rootfs && !is_in_memory(spec, volume)) sum = plus(sum, usage);
    }
    return sum;
}

Parts parts_of(EvictionSignal signal, bool imagefs) {
    if (!imagefs) return Parts::all;
    const bool of_images =
        signal == EvictionSignal::imagefs_available || signal == EvictionSignal::imagefs_inodes_free;
    return of_images ? Parts::rootfs : Parts::logs_and_volumes;
}

/// Use of what the signal is about, and the request for it.
std::pair<std::int64_t, std::int64_t> use_and_request(EvictionSignal signal, const api::PodSpec& spec,
                                                      const PodFootprint& footprint, bool imagefs) {
    const std::string_view resource = resource_of(signal);
    std::uint64_t use = footprint.processes;
    if (resource == "memory") use = footprint.memory_bytes;
    if (resource == storage) use = disk_of(spec, footprint, parts_of(signal, imagefs)).bytes;
    if (resource == "inodes") use = disk_of(spec, footprint, parts_of(signal, imagefs)).inodes;
    return {static_cast<std::int64_t>(use), amount_of(api::pod_requests(spec), resource).units()};
}

std::vector<const api::Container*> containers_of(const api::PodSpec& spec) {
    std::vector<const api::Container*> all;
    for (const api::Container& container : spec.containers) all.push_back(&container);
    for (const api::Container& container : spec.initContainers) all.push_back(&container);
    return all;
}

std::optional<std::uint64_t> use_of(const ContainerFootprint& container, std::string_view resource) {
    if (resource == "memory") return container.memory_bytes;
    if (resource == storage) return container.rootfs.bytes + container.logs.bytes;
    return std::nullopt;
}

std::string threshold_text(std::string_view resource, const std::vector<Threshold>& met,
                           const Observations& seen) {
    for (const Threshold& threshold : met) {
        const auto found = seen.find(threshold.signal);
        if (resource_of(threshold.signal) != resource || found == seen.end()) continue;
        const api::Quantity quantity = threshold.value.quantity.value_or(api::Quantity::of_units(
            threshold.value.of(found->second.capacity), api::Quantity::Format::binary_si));
        return fmt::format("Threshold quantity: {}, available: {}. ", quantity.text(),
                           quantity_of(threshold.signal, found->second.available).text());
    }
    return {};
}

}  // namespace

bool has_storage_limit(const api::PodSpec& spec) {
    const bool sized = std::ranges::any_of(spec.volumes, [](const api::Volume& volume) {
        return volume.emptyDir && volume.emptyDir->sizeLimit;
    });
    return sized || api::pod_limits(spec).contains(storage);
}

std::optional<std::string> broken_storage_limit(const api::Pod& pod, const PodFootprint& footprint,
                                                bool imagefs) {
    for (const api::Volume& volume : pod.spec.volumes) {
        const auto used = footprint.empty_dirs.find(volume.name);
        if (!volume.emptyDir || !volume.emptyDir->sizeLimit || used == footprint.empty_dirs.end()) continue;
        const api::Quantity& limit = *volume.emptyDir->sizeLimit;
        if (limit.is_zero() || bytes(used->second.bytes) <= limit) continue;
        return fmt::format("Usage of EmptyDir volume \"{}\" exceeds the limit \"{}\". ", volume.name,
                           limit.text());
    }
    const api::ResourceList limits = api::pod_limits(pod.spec);
    const bool limited = limits.contains(storage);
    if (limited && bytes(disk_of(pod.spec, footprint, Parts::all).bytes) > amount_of(limits, storage)) {
        return fmt::format("Pod ephemeral local storage usage exceeds the total limit of containers {}. ",
                           amount_of(limits, storage).text());
    }
    for (const ContainerFootprint& container : footprint.containers) {
        const auto spec = std::ranges::find(pod.spec.containers, container.name, &api::Container::name);
        if (spec == pod.spec.containers.end()) continue;
        const api::Quantity limit = amount_of(spec->resources.limits, storage);
        const std::uint64_t used = container.logs.bytes + (imagefs ? 0 : container.rootfs.bytes);
        if (limit.is_zero() || bytes(used) <= limit) continue;
        return fmt::format("Container {} exceeded its local ephemeral storage limit \"{}\". ", container.name,
                           limit.text());
    }
    return std::nullopt;
}

std::vector<const PodOnNode*> rank_for_eviction(EvictionSignal signal, const std::vector<PodOnNode>& pods,
                                                const Footprints& footprints, bool imagefs) {
    // Smaller goes first: has statistics, is within its request, priority, what is left of the request.
    using Rank = std::tuple<bool, bool, std::int32_t, std::int64_t>;
    std::vector<std::pair<Rank, const PodOnNode*>> ranked;
    for (const PodOnNode& pod : pods) {
        const auto found = footprints.find(pod.pod.metadata.uid);
        if (found == footprints.end()) {
            ranked.emplace_back(Rank{false, false, priority_of(pod.pod), 0}, &pod);
            continue;
        }
        const auto [use, request] = use_and_request(signal, pod.pod.spec, found->second, imagefs);
        const bool within = signal != EvictionSignal::pid_available && use <= request;
        ranked.emplace_back(Rank{true, within, priority_of(pod.pod), request - use}, &pod);
    }
    std::ranges::stable_sort(ranked, {}, &decltype(ranked)::value_type::first);
    std::vector<const PodOnNode*> order;
    for (const auto& [rank, pod] : ranked) order.push_back(pod);
    return order;
}

PodEnd pressure_eviction(EvictionSignal signal, const api::Pod& pod, const PodFootprint* footprint,
                         const std::vector<Threshold>& met, const Observations& seen) {
    const std::string resource(resource_of(signal));
    std::string message = fmt::format("The node was low on resource: {}. ", resource);
    message += threshold_text(resource, met, seen);
    PodEnd end{.trigger = "Evicted", .reason = "Evicted", .told = true};
    if (footprint != nullptr) {
        std::vector<std::string> names;
        std::vector<std::string> uses;
        const auto specs = containers_of(pod.spec);
        for (const ContainerFootprint& container : footprint->containers) {
            const auto spec = std::ranges::find(specs, container.name, &api::Container::name);
            const auto use = use_of(container, resource);
            if (spec == specs.end() || !use) continue;
            const api::Quantity request = amount_of((*spec)->resources.requests, resource);
            if (bytes(*use) <= request) continue;
            names.push_back(container.name);
            uses.push_back(bytes(*use).text());
            message += fmt::format("Container {} was using {}, request is {}, has larger consumption of {}. ",
                                   container.name, uses.back(), request.text(), resource);
        }
        end.event_annotations = {{"offending_containers", fmt::format("{}", fmt::join(names, ","))},
                                 {"offending_containers_usage", fmt::format("{}", fmt::join(uses, ","))},
                                 {"starved_resource", resource}};
    }
    end.message = message;
    end.disruption = message;
    return end;
}

PodEnd storage_eviction(const std::string& message) {
    return {.trigger = "Evicted", .reason = "Evicted", .message = message, .told = true};
}

}  // namespace hooklet
