// SPDX-License-Identifier: Apache-2.0
#include "controllers/fit.hpp"

#include "api/pod_resources.hpp"
#include "controllers/pod_neighbours.hpp"
#include "placement/host_ports.hpp"
#include "placement/node_affinity.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

std::string condition_of(const api::NodeObject& node, std::string_view type) {
    const auto found = std::ranges::find(node.status.conditions, type, &api::NodeCondition::type);
    return found == node.status.conditions.end() ? "" : found->status;
}

Misfit never(std::string reason) {
    return {{std::move(reason)}, false};
}

std::optional<Misfit> untolerated(const api::Pod& pod, const api::NodeObject& node) {
    for (const Taint& taint : taints_of(node)) {
        const bool keeps_out = taint.effect == "NoSchedule" || taint.effect == "NoExecute";
        if (!keeps_out || tolerates(pod.spec.tolerations, taint)) continue;
        return never(fmt::format("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value));
    }
    return std::nullopt;
}

std::optional<Misfit> insufficient(const api::Pod& pod, const NodeLoad& load) {
    const api::ResourceList& allocatable = load.node->status.allocatable;
    Misfit found{{}, true};
    const auto most = api::amount_of(allocatable, "pods").units();
    if (std::ssize(load.pods) + 1 > most) {
        found.reasons.emplace_back("Too many pods");
        found.room_would_help = most > 0;
    }
    api::ResourceList used;
    for (const auto& other : load.pods) api::add_to(used, api::held_requests(*other));
    for (const auto& [name, wanted] : api::pod_requests(pod.spec)) {
        if (wanted.is_zero()) continue;
        const api::Quantity all = api::amount_of(allocatable, name);
        if (wanted + api::amount_of(used, name) <= all) continue;
        found.reasons.push_back("Insufficient " + name);
        found.room_would_help = found.room_would_help && wanted <= all;
    }
    if (found.reasons.empty()) return std::nullopt;
    return found;
}

/// `2 a, 1 b` out of what was said how often, sorted by text.
std::string counted(const std::map<std::string, int>& counts) {
    std::vector<std::string> parts;
    for (const auto& [reason, count] : counts) parts.push_back(fmt::format("{} {}", count, reason));
    std::ranges::sort(parts);
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string preemption_text(const api::Pod& pod, const std::vector<Misfit>& misfits) {
    if (pod.spec.preemptionPolicy == "Never") return "not eligible due to preemptionPolicy=Never.";
    std::map<std::string, int> counts;
    for (const Misfit& misfit : misfits) {
        ++counts[misfit.room_would_help ? "No preemption victims found for incoming pod"
                                        : "Preemption is not helpful for scheduling"];
    }
    return fmt::format("0/{} nodes are available: {}.", misfits.size(), counted(counts));
}

}  // namespace

std::vector<Taint> taints_of(const api::NodeObject& node) {
    std::vector<Taint> taints = node.spec.taints;
    const auto add = [&taints](const char* key) {
        if (std::ranges::find(taints, key, &Taint::key) != taints.end()) return;
        Taint& taint = taints.emplace_back();
        taint.key = key;
        taint.effect = "NoSchedule";
    };
    const std::string ready = condition_of(node, "Ready");
    if (ready == "Unknown") add("node.kubernetes.io/unreachable");
    if (ready != "True" && ready != "Unknown") add("node.kubernetes.io/not-ready");
    if (condition_of(node, "MemoryPressure") == "True") add("node.kubernetes.io/memory-pressure");
    if (condition_of(node, "DiskPressure") == "True") add("node.kubernetes.io/disk-pressure");
    if (condition_of(node, "PIDPressure") == "True") add("node.kubernetes.io/pid-pressure");
    if (condition_of(node, "NetworkUnavailable") == "True") add("node.kubernetes.io/network-unavailable");
    return taints;
}

std::optional<Misfit> misfit(const api::Pod& pod, const NodeLoad& load, const NamespaceLabels& namespaces) {
    const api::NodeObject& node = *load.node;
    const Taint cordoned{.key = "node.kubernetes.io/unschedulable", .value = "", .effect = "NoSchedule"};
    if (node.spec.unschedulable && !tolerates(pod.spec.tolerations, cordoned)) {
        return never("node(s) were unschedulable");
    }
    if (auto taint = untolerated(pod, node)) return taint;
    if (!selects_node(pod.spec, node.metadata.name, node.metadata.labels)) {
        return never("node(s) didn't match Pod's node affinity/selector");
    }
    const bool ports_taken = std::ranges::any_of(
        load.pods, [&pod](const auto& other) { return ports_collide(pod.spec, other->spec); });
    if (ports_taken) return Misfit{{"node(s) didn't have free ports for the requested pod ports"}, true};
    if (auto missing = insufficient(pod, load)) return missing;
    return unwanted_neighbours(pod, load, namespaces);
}

std::string unschedulable_text(const api::Pod& pod, const std::vector<Misfit>& misfits) {
    if (misfits.empty()) return "no nodes available to schedule pods";
    std::map<std::string, int> counts;
    for (const Misfit& misfit : misfits) {
        for (const std::string& reason : misfit.reasons) ++counts[reason];
    }
    return fmt::format("0/{} nodes are available: {}. no new claims to deallocate, preemption: {}",
                       misfits.size(), counted(counts), preemption_text(pod, misfits));
}

}  // namespace hooklet
