// SPDX-License-Identifier: Apache-2.0
#include "pods/resources.hpp"

#include "api/qos.hpp"

#include <algorithm>
#include <array>

namespace hooklet {

namespace {

constexpr std::int64_t min_cpu_quota_us = 1'000;
constexpr std::int64_t max_cpu_shares = 262'144;
constexpr std::int64_t max_cpu_milli = 1'000'000'000;  // keeps the arithmetic within 64 bits

constexpr std::int64_t guaranteed_oom_score = -997;
constexpr std::int64_t best_effort_oom_score = 1000;
constexpr std::int64_t min_burstable_oom_score = 1000 + guaranteed_oom_score;
constexpr std::int64_t max_burstable_oom_score = best_effort_oom_score - 1;

std::int64_t memory_request(const api::Container& container) {
    return amount_of(container.resources.requests, "memory").units();
}

/// Each container's part of the memory that the Pod asks for as a whole and none of its containers does.
std::int64_t unclaimed_memory(const api::PodSpec& spec) {
    const auto containers = static_cast<std::int64_t>(spec.containers.size() + spec.initContainers.size());
    if (!spec.resources || containers == 0) return 0;
    const std::int64_t whole = amount_of(spec.resources->requests, "memory").units();
    const std::int64_t claimed = amount_of(api::container_requests(spec), "memory").units();
    return std::max<std::int64_t>(whole - claimed, 0) / containers;
}

/// A sidecar is never killed before the containers that it serves: it counts as at least the smallest of
/// them.
std::int64_t protected_memory(const api::PodSpec& spec, const api::Container& container) {
    std::int64_t own = memory_request(container);
    const bool sidecar = container.restartPolicy == "Always" &&
                         std::ranges::find(spec.initContainers, container.name, &api::Container::name) !=
                             spec.initContainers.end();
    if (sidecar && !spec.containers.empty())
        own = std::max(own, memory_request(std::ranges::min(spec.containers, {}, memory_request)));
    return own + unclaimed_memory(spec);
}

std::int64_t oom_score_adj(const api::Pod& pod, const api::Container& container,
                           std::int64_t node_memory_bytes) {
    if (pod.spec.priorityClassName == "system-node-critical") return guaranteed_oom_score;
    const std::string_view qos = api::qos_class(pod.spec);
    if (qos == "Guaranteed") return guaranteed_oom_score;
    if (qos == "BestEffort") return best_effort_oom_score;
    if (node_memory_bytes <= 0) return max_burstable_oom_score;
    const std::int64_t memory = std::min(protected_memory(pod.spec, container), node_memory_bytes);
    return std::clamp(1000 - 1000 * memory / node_memory_bytes, min_burstable_oom_score,
                      max_burstable_oom_score);
}

/// The container's limits; where it has none of cpu or memory, those of the whole Pod.
api::ResourceList limits_of(const api::PodSpec& spec, const api::Container& container) {
    api::ResourceList limits = container.resources.limits;
    if (!spec.resources) return limits;
    for (const char* name : {"cpu", "memory"}) {
        if (amount_of(limits, name).is_zero()) limits[name] = amount_of(spec.resources->limits, name);
    }
    return limits;
}

/// As the kernel names a size of huge pages: `64KB`, `2MB`, `1GB`.
std::string page_size_name(std::int64_t bytes) {
    constexpr std::array<const char*, 5> units{"B", "KB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; bytes >= 1024 && bytes % 1024 == 0 && unit + 1 < units.size(); ++unit) bytes /= 1024;
    return std::to_string(bytes) + units.at(unit);
}

}  // namespace

std::int64_t cpu_milli(const api::ResourceList& amounts) {
    return std::min(amount_of(amounts, "cpu").milli(), max_cpu_milli);
}

std::int64_t cpu_shares(std::int64_t milli) {
    return std::clamp(milli * 1024 / 1000, min_cpu_shares, max_cpu_shares);
}

std::int64_t cpu_quota_us(std::int64_t milli) {
    return milli == 0 ? 0 : std::max(milli * cpu_period_us / 1000, min_cpu_quota_us);
}

std::map<std::string, std::uint64_t> hugepage_limits(const api::ResourceList& amounts) {
    std::map<std::string, std::uint64_t> limits;
    for (const auto& [name, amount] : amounts) {
        const auto size = api::huge_page_size(name);
        if (size) limits[page_size_name(size->units())] = static_cast<std::uint64_t>(amount.units());
    }
    return limits;
}

cri::LinuxResources make_resources(const api::Pod& pod, const api::Container& container,
                                   std::int64_t node_memory_bytes) {
    const api::ResourceList& requests = container.resources.requests;
    const api::ResourceList limits = limits_of(pod.spec, container);
    return {.cpu_period_us = cpu_period_us,
            .cpu_quota_us = cpu_quota_us(cpu_milli(limits)),
            .cpu_shares = cpu_shares(cpu_milli(requests.contains("cpu") ? requests : limits)),
            .memory_limit_bytes = amount_of(limits, "memory").units(),
            .oom_score_adj = oom_score_adj(pod, container, node_memory_bytes),
            .hugepage_limits = hugepage_limits(limits)};
}

}  // namespace hooklet
