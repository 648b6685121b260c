// SPDX-License-Identifier: Apache-2.0
#include "pods/resize.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/qos.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr std::array<const char*, 2> resizable{"cpu", "memory"};

std::int64_t scalar(const api::ResourceList& list, const char* name) {
    const api::Quantity amount = amount_of(list, name);
    return std::string_view(name) == "cpu" ? amount.milli() : amount.units();
}

bool differs(const api::ResourceRequirements& a, const api::ResourceRequirements& b, const char* resource) {
    return amount_of(a.requests, resource) != amount_of(b.requests, resource) ||
           amount_of(a.limits, resource) != amount_of(b.limits, resource);
}

bool restarts_for(const api::Container& container, const char* resource) {
    return std::ranges::any_of(container.resizePolicy, [resource](const api::ContainerResizePolicy& policy) {
        return policy.resourceName == resource && policy.restartPolicy == "RestartContainer";
    });
}

/// Of those that can be resized; `visit` gets each list of containers.
template <class Visit>
void for_each_list(Visit visit) {
    visit(&api::PodSpec::initContainers);
    visit(&api::PodSpec::containers);
}

bool asks_for_more(const WaitingResize& resize) {
    const api::ResourceList given = api::pod_requests(*resize.given);
    const api::ResourceList wanted = api::pod_requests(*resize.wanted);
    return std::ranges::any_of(resizable,
                               [&](const char* name) { return scalar(wanted, name) > scalar(given, name); });
}

/// The larger of two limits, where -1 is none; what is not limited now stays so.
std::optional<std::int64_t> wider(std::optional<std::int64_t> now, std::optional<std::int64_t> next) {
    if (!now || !next) return now;
    return *now < 0 || *next < 0 ? -1 : std::max(*now, *next);
}

api::Node summary_of(const std::vector<api::Container>& containers) {
    api::Node list = api::Node::array();
    for (const api::Container& container : containers) {
        api::Node item = api::Node::object();
        item.set("name", api::Node(container.name));
        item.set("resources", api::encode(container.resources));
        list.push(std::move(item));
    }
    return list;
}

}  // namespace

ResizeVerdict judge_resize(const api::PodSpec& wanted, const ResizeRoom& room) {
    using Kind = ResizeVerdict::Kind;
    if (!room.allocatable) return {};
    const api::ResourceList requests = api::pod_requests(wanted);
    for (const char* name : resizable) {
        const std::int64_t requested = scalar(requests, name);
        const std::int64_t capacity = scalar(*room.allocatable, name);
        if (requested <= capacity) continue;
        return {Kind::infeasible,
                fmt::format("Node didn't have enough capacity: {}, requested: {}, capacity: {}", name,
                            requested, capacity)};
    }
    for (const char* name : resizable) {
        const std::int64_t requested = scalar(requests, name);
        const std::int64_t used = scalar(room.used_by_others, name);
        const std::int64_t capacity = scalar(*room.allocatable, name);
        if (requested == 0 || requested <= capacity - used) continue;
        return {Kind::deferred,
                fmt::format("Node didn't have enough resource: {}, requested: {}, used: {}, capacity: {}",
                            name, requested, used, capacity)};
    }
    return {};
}

bool has_turn_before(const WaitingResize& a, const WaitingResize& b) {
    const auto rank = [](const WaitingResize& resize) {
        const std::int64_t priority = resize.wanted->priority.value_or(0);
        return std::tuple(asks_for_more(resize), -priority, api::qos_class(*resize.wanted) != "Guaranteed");
    };
    return rank(a) < rank(b);
}

ResizeNeed resize_need(const api::ResourceRequirements& actual, const api::Container& wanted) {
    ResizeNeed need = ResizeNeed::none;
    for (const char* resource : resizable) {
        if (!differs(actual, wanted.resources, resource)) continue;
        if (restarts_for(wanted, resource)) return ResizeNeed::restart;
        need = ResizeNeed::update;
    }
    return need;
}

bool same_resources(const api::PodSpec& a, const api::PodSpec& b) {
    api::PodSpec probe = a;
    take_resources(probe, b);
    return probe == a;
}

void take_resources(api::PodSpec& spec, const api::PodSpec& from) {
    for_each_list([&](auto list) {
        for (api::Container& container : spec.*list) {
            const auto found = std::ranges::find(from.*list, container.name, &api::Container::name);
            if (found != (from.*list).end()) container.resources = found->resources;
        }
    });
}

CgroupLimits widest(const CgroupLimits& now, const CgroupLimits& next) {
    CgroupLimits limits = now;
    limits.cpu_shares = wider(now.cpu_shares, next.cpu_shares);
    limits.cpu_quota_us = wider(now.cpu_quota_us, next.cpu_quota_us);
    limits.memory_limit_bytes = wider(now.memory_limit_bytes, next.memory_limit_bytes);
    return limits;
}

std::string resize_summary(const api::PodSpec& spec, std::int64_t generation, const std::string& error) {
    api::Node summary = api::Node::object();
    if (!spec.initContainers.empty()) summary.set("initContainers", summary_of(spec.initContainers));
    if (!spec.containers.empty()) summary.set("containers", summary_of(spec.containers));
    summary.set("generation", api::Node(generation));
    if (!error.empty()) summary.set("error", api::Node(error));
    return api::write_json(summary);
}

}  // namespace hooklet
