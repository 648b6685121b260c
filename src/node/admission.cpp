// SPDX-License-Identifier: Apache-2.0
#include "node/admission.hpp"

#include "node/pod_kind.hpp"
#include "node/preemption.hpp"
#include "node/pressure.hpp"
#include "node/protections.hpp"
#include "node/sysctls.hpp"
#include "placement/host_ports.hpp"
#include "placement/node_affinity.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* os_label = "kubernetes.io/os";

Admission rejected(std::string reason, std::string message) {
    return {.admitted = false, .reason = std::move(reason), .message = std::move(message)};
}

Admission predicate(const std::string& name, std::string_view why) {
    return rejected(name, fmt::format("Predicate {} failed: {}", name, why));
}

struct Insufficient {
    Shortage missing;
    std::int64_t requested = 0;
    std::int64_t used = 0;
    std::int64_t capacity = 0;
};

std::int64_t capacity_of(const AdmittingNode& node, const std::string& resource) {
    const api::Quantity amount = amount_of(node.allocatable, resource);
    return resource == "cpu" ? amount.milli() : amount.units();
}

/// What counts, in the kubelet's order.
std::vector<std::string> counted(const api::PodSpec& spec, const AdmittingNode& node) {
    std::vector<std::string> names{"pods", "cpu", "memory", "ephemeral-storage"};
    for (const auto& [name, amount] : api::pod_requests(spec)) {
        const bool known = std::ranges::find(names, name) != names.end();
        const bool counts = !api::is_extended_resource(name) || node.allocatable.contains(name);
        if (!known && counts) names.push_back(name);
    }
    return names;
}

std::vector<Insufficient> insufficient(const api::PodSpec& spec, const AdmittingNode& node,
                                       const std::vector<PodOnNode>& running) {
    std::vector<Insufficient> found;
    for (const std::string& name : counted(spec, node)) {
        const std::int64_t wanted = requested(spec, name);
        const std::int64_t capacity = capacity_of(node, name);
        std::int64_t used = 0;
        for (const PodOnNode& pod : running) used += requested(pod.pod.spec, name);
        const std::int64_t missing = wanted - (capacity - used);
        if (wanted > 0 && missing > 0) found.push_back({{name, missing}, wanted, used, capacity});
    }
    return found;
}

bool has_free_ports(const api::PodSpec& spec, const std::vector<PodOnNode>& running) {
    return std::ranges::none_of(running,
                                [&spec](const PodOnNode& pod) { return ports_collide(spec, pod.pod.spec); });
}

/// What no preemption can help.
std::optional<Admission> misplaced(const api::Pod& pod, const AdmittingNode& node,
                                   const std::vector<PodOnNode>& running) {
    if (!selects_node(pod.spec, node.name, node.labels)) {
        return predicate("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
    }
    if (!pod.spec.nodeName.empty() && pod.spec.nodeName != node.name) {
        return predicate("NodeName", "node(s) didn't match the requested node name");
    }
    if (!has_free_ports(pod.spec, running)) {
        return predicate("NodePorts", "node(s) didn't have free ports for the requested pod ports");
    }
    const bool tolerated = is_static(pod) || std::ranges::all_of(node.taints, [&pod](const Taint& taint) {
                               return taint.effect != "NoExecute" || tolerates(pod.spec.tolerations, taint);
                           });
    if (!tolerated) {
        return predicate("TaintToleration", "node(s) had taints that the pod didn't tolerate");
    }
    return std::nullopt;
}

Admission out_of(const Insufficient& resource) {
    return rejected(
        "OutOf" + resource.missing.resource,
        fmt::format("Node didn't have enough resource: {}, requested: {}, used: {}, capacity: {}",
                    resource.missing.resource, resource.requested, resource.used, resource.capacity));
}

Admission make_room(const api::Pod& pod, const std::vector<PodOnNode>& running,
                    const std::vector<Insufficient>& short_of) {
    std::vector<Shortage> missing;
    for (const Insufficient& resource : short_of) missing.push_back(resource.missing);
    const auto victims = choose_victims(pod, running, missing);
    if (!victims) {
        return rejected(
            "UnexpectedAdmissionError",
            "Unexpected error while attempting to recover from admission failure: preemption: error "
            "finding a set of pods to preempt: " +
                victims.error().text());
    }
    Admission admission;
    for (const PodOnNode* victim : *victims) admission.preempt.push_back(victim->pod.metadata.uid);
    return admission;
}

std::optional<Admission> wrong_system(const api::Pod& pod) {
    const auto label = pod.metadata.labels.find(os_label);
    if (label != pod.metadata.labels.end() && label->second != "linux") {
        return rejected("PodOSSelectorNodeLabelDoesNotMatch",
                        "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label");
    }
    if (pod.spec.os && pod.spec.os->name != "linux") {
        return rejected("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS");
    }
    return std::nullopt;
}

}  // namespace

Admission admit(const api::Pod& pod, const AdmittingNode& node, const std::vector<PodOnNode>& running) {
    if (const auto message = pressure_rejection(pod, node.conditions)) return rejected("Evicted", *message);
    if (const auto message = forbidden_sysctl(pod.spec)) return rejected("SysctlForbidden", *message);
    if (auto open = unprotected(pod.spec, node.apparmor)) return *std::move(open);
    if (auto wrong = wrong_system(pod)) return *std::move(wrong);
    const std::vector<Insufficient> short_of = insufficient(pod.spec, node, running);
    const auto elsewhere = misplaced(pod, node, running);
    if (!short_of.empty() && !is_critical(pod)) return out_of(short_of.front());
    if (elsewhere) return *elsewhere;
    if (node.shutting_down) return rejected("NodeShutdown", "Pod was rejected as the node is shutting down.");
    return short_of.empty() ? Admission{} : make_room(pod, running, short_of);
}

}  // namespace hooklet
