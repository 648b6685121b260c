// SPDX-License-Identifier: Apache-2.0
#include "pods/resize.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr std::array<const char*, 2> resizable{"cpu", "memory"};

std::int64_t scalar(const api::ResourceList& list, const char* name) {
    const api::Quantity amount = amount_of(list, name);
    return std::string_view(name) == "cpu" ? amount.milli() : amount.units();
}

bool differs(const api::Container& a, const api::Container& b, const char* resource) {
    return amount_of(a.resources.requests, resource) != amount_of(b.resources.requests, resource) ||
           amount_of(a.resources.limits, resource) != amount_of(b.resources.limits, resource);
}

bool restarts_for(const api::Container& container, const char* resource) {
    return std::ranges::any_of(container.resizePolicy, [resource](const api::ContainerResizePolicy& policy) {
        return policy.resourceName == resource && policy.restartPolicy == "RestartContainer";
    });
}

void compare(const std::vector<api::Container>& actuated, const std::vector<api::Container>& wanted,
             std::vector<ContainerResize>& resizes) {
    for (const api::Container& container : wanted) {
        const auto before = std::ranges::find(actuated, container.name, &api::Container::name);
        if (before == actuated.end()) continue;
        bool changes = false;
        bool restart = false;
        for (const char* resource : resizable) {
            const bool this_one = differs(*before, container, resource);
            changes = changes || this_one;
            restart = restart || (this_one && restarts_for(container, resource));
        }
        if (changes) resizes.push_back({container.name, restart});
    }
}

}  // namespace

ResizeVerdict judge_resize(const api::PodSpec& wanted, const ResizeRoom& room) {
    using Kind = ResizeVerdict::Kind;
    if (room.is_static) return {Kind::infeasible, "In-place resize of static-pods is not supported"};
    const api::ResourceList requests = api::pod_requests(wanted);
    for (const char* name : resizable) {
        const std::int64_t requested = scalar(requests, name);
        const std::int64_t capacity = scalar(room.allocatable, name);
        if (requested <= capacity) continue;
        return {Kind::infeasible,
                fmt::format("Node didn't have enough capacity: {}, requested: {}, capacity: {}", name,
                            requested, capacity)};
    }
    for (const char* name : resizable) {
        const std::int64_t requested = scalar(requests, name);
        const std::int64_t used = scalar(room.used_by_others, name);
        const std::int64_t capacity = scalar(room.allocatable, name);
        if (requested == 0 || requested <= capacity - used) continue;
        return {Kind::deferred,
                fmt::format("Node didn't have enough resource: {}, requested: {}, used: {}, capacity: {}",
                            name, requested, used, capacity)};
    }
    return {};
}

std::vector<ContainerResize> container_resizes(const api::PodSpec& actuated, const api::PodSpec& wanted) {
    std::vector<ContainerResize> resizes;
    compare(actuated.initContainers, wanted.initContainers, resizes);
    compare(actuated.containers, wanted.containers, resizes);
    return resizes;
}

}  // namespace hooklet
