// SPDX-License-Identifier: Apache-2.0
#include "volumes/memory_size.hpp"

#include <algorithm>

namespace hooklet {

namespace {

std::int64_t memory_limit(const api::Container& container) {
    const auto found = container.resources.limits.find("memory");
    return found == container.resources.limits.end() ? 0 : found->second.units();
}

/// The most that the Pod may use at any moment; 0 when a container has no limit. Sidecars run beside all that
/// comes after them.
std::int64_t pod_memory_limit(const api::PodSpec& spec) {
    const auto limitless = [](const api::Container& c) { return memory_limit(c) == 0; };
    if (std::ranges::any_of(spec.containers, limitless)) return 0;
    if (std::ranges::any_of(spec.initContainers, limitless)) return 0;
    std::int64_t sidecars = 0;
    std::int64_t during_init = 0;
    for (const api::Container& container : spec.initContainers) {
        during_init = std::max(during_init, sidecars + memory_limit(container));
        if (container.restartPolicy == "Always") sidecars += memory_limit(container);
    }
    std::int64_t running = sidecars;
    for (const api::Container& container : spec.containers) running += memory_limit(container);
    return std::max(running, during_init);
}

}  // namespace

std::uint64_t memory_volume_size(const api::PodSpec& spec, const std::optional<api::Quantity>& limit,
                                 const NodeFacts& node) {
    std::int64_t size = 0;
    for (const std::int64_t bound :
         {node.memory_bytes, pod_memory_limit(spec), limit.value_or(api::Quantity{}).units()}) {
        if (bound > 0) size = size == 0 ? bound : std::min(size, bound);
    }
    return static_cast<std::uint64_t>(size);
}

}  // namespace hooklet
