// SPDX-License-Identifier: Apache-2.0
#include "api/pod_resources.hpp"

#include "api/container_statuses.hpp"
#include "api/containers.hpp"

#include <algorithm>

namespace hooklet::api {

namespace {

constexpr std::string_view huge_pages = "hugepages-";

enum class Side { requests, limits };

const ResourceList& part(const ResourceRequirements& resources, Side kind) {
    return kind == Side::requests ? resources.requests : resources.limits;
}

/// An init container that keeps running beside the others.
void raise_to(ResourceList& most, const ResourceList& other) {
    for (const auto& [name, amount] : other) {
        Quantity& kept = most.try_emplace(name, amount).first->second;
        kept = std::max(kept, amount);
    }
}

ResourceList sum_of(const PodSpec& spec, Side kind) {
    ResourceList together;
    for (const Container& container : spec.containers) add_to(together, part(container.resources, kind));
    ResourceList sidecars;
    ResourceList starting;
    for (const Container& container : spec.initContainers) {
        const ResourceList& own = part(container.resources, kind);
        if (is_sidecar(container)) {
            add_to(together, own);
            add_to(sidecars, own);
            raise_to(starting, sidecars);
        } else {
            ResourceList now = sidecars;
            add_to(now, own);
            raise_to(starting, now);
        }
    }
    raise_to(together, starting);
    return together;
}

ResourceList total(const PodSpec& spec, Side kind) {
    ResourceList sum = sum_of(spec, kind);
    if (spec.resources) {
        for (const auto& [name, amount] : part(*spec.resources, kind)) sum[name] = amount;
    }
    for (const auto& [name, amount] : spec.overhead) {
        if (kind == Side::requests || sum.contains(name)) sum[name] = sum[name] + amount;
    }
    return sum;
}

}  // namespace

Quantity amount_of(const ResourceList& list, std::string_view name) {
    const auto found = list.find(std::string(name));
    return found == list.end() ? Quantity{} : found->second;
}

bool is_extended_resource(std::string_view name) {
    return name.find('/') != std::string_view::npos && name.find("kubernetes.io/") == std::string_view::npos;
}

ResourceList extended_resources(const ResourceList& list) {
    ResourceList found = list;
    std::erase_if(found, [](const auto& entry) { return !is_extended_resource(entry.first); });
    return found;
}

void add_to(ResourceList& sum, const ResourceList& more) {
    for (const auto& [name, amount] : more) sum[name] = sum[name] + amount;
}

bool is_for_a_whole_pod(std::string_view resource) {
    return resource == "cpu" || resource == "memory" || resource.starts_with(huge_pages);
}

std::optional<Quantity> huge_page_size(std::string_view resource) {
    if (!resource.starts_with(huge_pages)) return std::nullopt;
    const auto size = Quantity::parse(resource.substr(huge_pages.size()));
    return size ? std::optional(*size) : std::nullopt;
}

ResourceList container_requests(const PodSpec& spec) {
    return sum_of(spec, Side::requests);
}

ResourceList pod_requests(const PodSpec& spec) {
    return total(spec, Side::requests);
}

ResourceList pod_limits(const PodSpec& spec) {
    return total(spec, Side::limits);
}

ResourceList held_requests(const Pod& pod) {
    const bool infeasible = std::ranges::any_of(pod.status.conditions, [](const PodCondition& condition) {
        return condition.type == "PodResizePending" && condition.reason == "Infeasible";
    });
    PodSpec spec = pod.spec;
    const auto hold = [&](std::vector<Container>& containers) {
        for (Container& container : containers) {
            const ContainerStatus* status = find_status(pod.status, container.name);
            if (status == nullptr || status->allocatedResources.empty()) continue;
            if (infeasible) container.resources.requests.clear();
            raise_to(container.resources.requests, status->allocatedResources);
            if (status->resources) raise_to(container.resources.requests, status->resources->requests);
        }
    };
    hold(spec.containers);
    hold(spec.initContainers);
    return pod_requests(spec);
}

bool all_limited(const PodSpec& spec, std::string_view resource) {
    if (spec.resources && !amount_of(spec.resources->limits, resource).is_zero()) return true;
    const auto limited = [resource](const Container& container) {
        return !amount_of(container.resources.limits, resource).is_zero();
    };
    return std::ranges::all_of(spec.containers, limited) && std::ranges::all_of(spec.initContainers, limited);
}

}  // namespace hooklet::api
