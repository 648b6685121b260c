// SPDX-License-Identifier: Apache-2.0
#include "admission/limit_range.hpp"

#include "api/pod_resources.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::admission {

namespace {

using api::Quantity;
using api::ResourceList;
using Texts = std::vector<std::string>;

constexpr const char* annotation = "kubernetes.io/limit-ranger";

/// What is asked for, by a container or by the whole Pod.
struct Asked {
    ResourceList requests;
    ResourceList limits;
};

const Quantity* find(const ResourceList& list, const std::string& name) {
    const auto found = list.find(name);
    return found == list.end() ? nullptr : &found->second;
}

/// The names of those that were missing.
Texts fill(ResourceList& list, const ResourceList& defaults) {
    Texts filled;
    for (const auto& [name, amount] : defaults) {
        if (list.emplace(name, amount).second) filled.push_back(name);
    }
    return filled;
}

void fill_container(api::Container& container, const api::LimitRangeItem& item, Texts& notes) {
    const Texts requests = fill(container.resources.requests, item.defaultRequest);
    const Texts limits = fill(container.resources.limits, item.default_);
    if (!requests.empty()) {
        notes.push_back(
            fmt::format("{} request for container {}", fmt::join(requests, ", "), container.name));
    }
    if (!limits.empty()) {
        notes.push_back(fmt::format("{} limit for container {}", fmt::join(limits, ", "), container.name));
    }
}

void fill_pod(api::Pod& pod, const api::LimitRange& limits) {
    Texts notes;
    for (const api::LimitRangeItem& item : limits.spec.limits) {
        if (item.type != "Container") continue;
        for (api::Container& container : pod.spec.containers) fill_container(container, item, notes);
        for (api::Container& container : pod.spec.initContainers) fill_container(container, item, notes);
    }
    if (notes.empty()) return;
    pod.metadata.annotations[annotation] = fmt::format("LimitRanger plugin set: {}", fmt::join(notes, "; "));
}

void check_min(const api::LimitRangeItem& item, const Asked& asked, Texts& wrong) {
    for (const auto& [name, least] : item.min) {
        const std::string rule = fmt::format("minimum {} usage per {} is {}", name, item.type, least.text());
        const Quantity* request = find(asked.requests, name);
        const Quantity* limit = find(asked.limits, name);
        if (request == nullptr) {
            wrong.push_back(rule + ".  No request is specified");
        } else if (*request < least) {
            wrong.push_back(fmt::format("{}, but request is {}", rule, request->text()));
        } else if (limit != nullptr && *limit < least) {
            wrong.push_back(fmt::format("{}, but limit is {}", rule, limit->text()));
        }
    }
}

void check_max(const api::LimitRangeItem& item, const Asked& asked, Texts& wrong) {
    for (const auto& [name, most] : item.max) {
        const std::string rule = fmt::format("maximum {} usage per {} is {}", name, item.type, most.text());
        const Quantity* request = find(asked.requests, name);
        const Quantity* limit = find(asked.limits, name);
        if (limit == nullptr) {
            wrong.push_back(rule + ".  No limit is specified");
        } else if (*limit > most) {
            wrong.push_back(fmt::format("{}, but limit is {}", rule, limit->text()));
        } else if (request != nullptr && *request > most) {
            wrong.push_back(fmt::format("{}, but request is {}", rule, request->text()));
        }
    }
}

void check_ratio(const api::LimitRangeItem& item, const Asked& asked, Texts& wrong) {
    for (const auto& [name, most] : item.maxLimitRequestRatio) {
        const std::string rule =
            fmt::format("{} max limit to request ratio per {} is {}, but ", name, item.type, most.text());
        const Quantity* request = find(asked.requests, name);
        const Quantity* limit = find(asked.limits, name);
        if (request == nullptr || request->is_zero()) {
            wrong.push_back(rule + "no request is specified or request is 0");
        } else if (limit == nullptr || limit->is_zero()) {
            wrong.push_back(rule + "no limit is specified or limit is 0");
        } else {
            const double ratio = static_cast<double>(limit->milli()) / static_cast<double>(request->milli());
            if (ratio * 1000 <= static_cast<double>(most.milli())) continue;
            wrong.push_back(fmt::format("{}provided ratio is {:f}", rule, ratio));
        }
    }
}

void check(const api::LimitRangeItem& item, const Asked& asked, Texts& wrong) {
    check_min(item, asked, wrong);
    check_max(item, asked, wrong);
    check_ratio(item, asked, wrong);
}

Asked asked_by(const api::Container& container) {
    return {container.resources.requests, container.resources.limits};
}

}  // namespace

Checked apply_limits(api::Pod& pod, const api::LimitRange& limits) {
    fill_pod(pod, limits);
    Texts wrong;
    for (const api::LimitRangeItem& item : limits.spec.limits) {
        if (item.type == "Container") {
            for (const api::Container& it : pod.spec.containers) check(item, asked_by(it), wrong);
            for (const api::Container& it : pod.spec.initContainers) check(item, asked_by(it), wrong);
        }
        if (item.type == "Pod") check(item, {api::pod_requests(pod.spec), api::pod_limits(pod.spec)}, wrong);
    }
    if (wrong.empty()) return {};
    if (wrong.size() == 1) return std::unexpected(wrong.front());
    return std::unexpected(fmt::format("[{}]", fmt::join(wrong, ", ")));
}

}  // namespace hooklet::admission
