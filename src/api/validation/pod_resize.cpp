// SPDX-License-Identifier: Apache-2.0
// What a resize may change of a Pod: cpu and memory of ordinary containers and sidecars.
#include "api/mirror_pod.hpp"
#include "api/qos.hpp"
#include "api/validation/parts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

using Amounts = std::map<std::string, Quantity>;

bool has_amounts(const std::optional<ResourceRequirements>& resources) {
    return resources && (!resources->requests.empty() || !resources->limits.empty());
}

/// Running containers without `resources` in their status are those of a node that does not resize.
bool node_resizes(const Pod& pod) {
    const auto& statuses = pod.status.containerStatuses;
    const auto running = std::ranges::find_if(
        statuses, [](const ContainerStatus& status) { return status.state.running.has_value(); });
    return running == statuses.end() || running->resources.has_value();
}

void check_removed(const Amounts& next, const Amounts& old, const std::string& path, std::string_view what,
                   Issues& issues) {
    const bool kept = std::ranges::all_of(old, [&](const auto& entry) { return next.contains(entry.first); });
    if (!kept) issues.push_back(issue::forbidden(path, fmt::format("resource {} cannot be removed", what)));
}

void check_removed(const Container& next, const Container& old, const std::string& path, Issues& issues) {
    check_removed(next.resources.requests, old.resources.requests, path + ".resources.requests", "requests",
                  issues);
    check_removed(next.resources.limits, old.resources.limits, path + ".resources.limits", "limits", issues);
}

void keep_resizable(Amounts& next, const Amounts& old) {
    for (const char* name : resizable) {
        next.erase(name);
        if (const auto before = old.find(name); before != old.end()) next.insert(*before);
    }
}

/// Whether they differ in nothing but amounts of cpu and memory.
bool same_but_resizable(Container next, const Container& old) {
    keep_resizable(next.resources.requests, old.resources.requests);
    keep_resizable(next.resources.limits, old.resources.limits);
    return next == old;
}

void check_init_container(const Container& next, const Container& old, const std::string& path,
                          Issues& issues) {
    if (old.restartPolicy != "Always") {
        if (next != old) {
            issues.push_back(
                issue::forbidden("spec", "resources for non-sidecar init containers are immutable"));
        }
        return;
    }
    check_removed(next, old, path, issues);
    if (!same_but_resizable(next, old)) {
        issues.push_back(
            issue::forbidden("spec", "only cpu and memory resources for sidecar containers are mutable"));
    }
}

/// The containers are the same ones, in the same order.
void check_resized_containers(const std::vector<Container>& next, const std::vector<Container>& old,
                              std::string_view what, Issues& issues) {
    const std::string path = fmt::format("spec.{}", what);
    if (next.size() != old.size()) {
        issues.push_back(
            issue::forbidden(path, fmt::format("{} may not be added or removed on resize", what)));
        return;
    }
    for (std::size_t i = 0; i < old.size(); ++i) {
        if (next[i].name == old[i].name) continue;
        issues.push_back(issue::forbidden(at(path, i) + ".name",
                                          fmt::format("{} may not be renamed or reordered on resize", what)));
    }
}

/// A Pod that cannot be resized at all; empty: it can.
std::string_view reason_against(const Pod& next, const Pod& old) {
    if (has_amounts(next.spec.resources) || has_amounts(old.spec.resources))
        return "pods with pod-level resources cannot be resized";
    if (is_mirror(old.metadata)) return "static pods cannot be resized";
    if (old.spec.os && old.spec.os->name == "windows") return "windows pods cannot be resized";
    return "";
}

}  // namespace

void check_resize(const Pod& next, const Pod& old, Issues& issues) {
    if (const auto why = reason_against(next, old); !why.empty()) {
        issues = {issue::forbidden("", why)};
        return;
    }
    check_resized_containers(next.spec.containers, old.spec.containers, "containers", issues);
    check_resized_containers(next.spec.initContainers, old.spec.initContainers, "initContainers", issues);
    if (!issues.empty()) return;
    if (qos_class(next.spec) != qos_class(old.spec)) {
        issues.push_back(issue::invalid_text("spec", next.status.qosClass,
                                             "Pod QOS Class may not change as a result of resizing"));
    }
    if (!node_resizes(old))
        issues.push_back(issue::forbidden("spec", "Pod running on node without support for resize"));
    for (std::size_t i = 0; i < old.spec.initContainers.size(); ++i) {
        check_init_container(next.spec.initContainers[i], old.spec.initContainers[i],
                             at("spec.initContainers", i), issues);
    }
    for (std::size_t i = 0; i < old.spec.containers.size(); ++i) {
        const Container& container = next.spec.containers[i];
        check_removed(container, old.spec.containers[i], at("spec.containers", i), issues);
        if (!same_but_resizable(container, old.spec.containers[i]))
            issues.push_back(issue::forbidden("spec", "only cpu and memory resources are mutable"));
    }
}

}  // namespace hooklet::api
