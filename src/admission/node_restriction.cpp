// SPDX-License-Identifier: Apache-2.0
#include "admission/node_restriction.hpp"

#include "api/mirror_pod.hpp"
#include "api/pod_references.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::admission {

namespace {

Checked check_owner(std::string_view node, const std::vector<api::OwnerReference>& owners,
                    std::string_view uid) {
    const auto only = [node](std::string_view what) {
        return std::unexpected(fmt::format("node \"{}\" can only create pods with {}", node, what));
    };
    if (owners.size() > 1) return only("a single owner reference set to itself");
    if (owners.empty()) return only("an owner reference set to itself");
    const api::OwnerReference& owner = owners.front();
    if (owner.apiVersion != "v1" || owner.kind != "Node" || owner.name != node)
        return only("an owner reference set to itself");
    if (!owner.controller.value_or(false)) return only("a controller owner reference set to itself");
    if (owner.blockOwnerDeletion.value_or(false)) {
        return std::unexpected(
            fmt::format("node \"{}\" must not set blockOwnerDeletion on an owner reference", node));
    }
    if (owner.uid == uid) return {};
    return std::unexpected(fmt::format("node {} UID mismatch: expected {} got {}", node, owner.uid, uid));
}

Checked check_uses(std::string_view node, const api::PodSpec& spec) {
    api::NamedObjects named;
    for (const api::Container& container : spec.initContainers) api::add_references(container, named);
    for (const api::Container& container : spec.containers) api::add_references(container, named);
    for (const api::Volume& volume : spec.volumes) api::add_references(volume, named);
    const bool has_claims = std::ranges::any_of(
        spec.volumes, [](const api::Volume& volume) { return volume.persistentVolumeClaim.has_value(); });
    const char* what = nullptr;
    if (has_claims) what = "persistentvolumeclaims";
    if (!named.config_maps.empty()) what = "configmaps";
    if (!named.secrets.empty() || !spec.imagePullSecrets.empty()) what = "secrets";
    if (!spec.serviceAccountName.empty()) what = "a service account";
    if (what == nullptr) return {};
    return std::unexpected(fmt::format("node \"{}\" can not create pods that reference {}", node, what));
}

std::string_view prefix_of(std::string_view label) {
    const std::size_t slash = label.find('/');
    return slash == std::string_view::npos ? std::string_view() : label.substr(0, slash);
}

bool is_at_or_below(std::string_view prefix, std::string_view domain) {
    if (prefix == domain) return true;
    return prefix.ends_with(domain) && prefix[prefix.size() - domain.size() - 1] == '.';
}

/// Whether a node may say that of itself.
bool is_nodes_own(std::string_view label) {
    constexpr std::array<std::string_view, 11> known{"kubernetes.io/hostname",
                                                     "kubernetes.io/os",
                                                     "kubernetes.io/arch",
                                                     "beta.kubernetes.io/os",
                                                     "beta.kubernetes.io/arch",
                                                     "topology.kubernetes.io/zone",
                                                     "topology.kubernetes.io/region",
                                                     "failure-domain.beta.kubernetes.io/zone",
                                                     "failure-domain.beta.kubernetes.io/region",
                                                     "node.kubernetes.io/instance-type",
                                                     "beta.kubernetes.io/instance-type"};
    const std::string_view prefix = prefix_of(label);
    return contains(known, label) || is_at_or_below(prefix, "kubelet.kubernetes.io") ||
           is_at_or_below(prefix, "node.kubernetes.io");
}

bool steers_pods(std::string_view label) {
    const std::string_view prefix = prefix_of(label);
    if (is_at_or_below(prefix, "node-restriction.kubernetes.io")) return true;
    const bool of_kubernetes = is_at_or_below(prefix, "kubernetes.io") || is_at_or_below(prefix, "k8s.io");
    return of_kubernetes && !is_nodes_own(label);
}

using Labels = std::map<std::string, std::string>;

/// Of labels that only one side has, or that differ: those that are not the node's business.
std::set<std::string> stolen_labels(const Labels& now, const Labels& before) {
    std::set<std::string> stolen;
    const auto compare = [&stolen](const Labels& some, const Labels& others) {
        for (const auto& [key, value] : some) {
            const auto other = others.find(key);
            const bool changed = other == others.end() || other->second != value;
            if (changed && steers_pods(key)) stolen.insert(key);
        }
    };
    compare(now, before);
    compare(before, now);
    return stolen;
}

bool has_token_for(const api::Pod& pod, const std::string& audience) {
    return std::ranges::any_of(pod.spec.volumes, [&audience](const api::Volume& volume) {
        return volume.projected && std::ranges::any_of(volume.projected->sources, [&](const auto& source) {
                   return source.serviceAccountToken && source.serviceAccountToken->audience == audience;
               });
    });
}

/// `what` of a Pod of its own: `delete pods`.
Checked check_place(std::string_view node, const api::Pod& pod, std::string_view what) {
    if (pod.spec.nodeName == node) return {};
    return std::unexpected(
        fmt::format("node \"{}\" can only {} with spec.nodeName set to itself", node, what));
}

}  // namespace

Checked node_may_create(std::string_view node, const api::Pod& pod, std::string_view uid) {
    if (!api::is_mirror(pod.metadata)) {
        return std::unexpected(
            fmt::format("pod does not have \"{}\" annotation, node \"{}\" can only create mirror pods",
                        api::mirror_annotation, node));
    }
    if (Checked placed = check_place(node, pod, "create pods"); !placed) return placed;
    if (Checked owned = check_owner(node, pod.metadata.ownerReferences, uid); !owned) return owned;
    return check_uses(node, pod.spec);
}

Checked node_may_delete(std::string_view node, const api::Pod& pod) {
    return check_place(node, pod, "delete pods");
}

Checked node_may_evict(std::string_view node, const api::Pod& pod) {
    if (pod.spec.nodeName == node) return {};
    return std::unexpected(fmt::format("node {} can only evict pods with spec.nodeName set to itself", node));
}

Checked node_may_write_status(std::string_view node, const api::Pod& now, const api::Pod& before) {
    if (Checked placed = check_place(node, before, "update pod status for pods"); !placed) return placed;
    if (now.metadata.labels == before.metadata.labels) return {};
    return std::unexpected(fmt::format("node \"{}\" cannot update labels through pod status", node));
}

Checked node_may_write(std::string_view node, const api::NodeObject& now, const api::NodeObject* before) {
    if (now.metadata.name != node) {
        return std::unexpected(
            fmt::format("node \"{}\" is not allowed to modify node \"{}\"", node, now.metadata.name));
    }
    if (before != nullptr && now.spec.taints != before->spec.taints)
        return std::unexpected(fmt::format("node \"{}\" is not allowed to modify taints", node));
    const Labels none;
    const auto stolen =
        stolen_labels(now.metadata.labels, before == nullptr ? none : before->metadata.labels);
    if (stolen.empty()) return {};
    if (before != nullptr)
        return std::unexpected(fmt::format("is not allowed to modify labels: {}", fmt::join(stolen, ", ")));
    return std::unexpected(fmt::format("node \"{}\" is not allowed to set the following labels: {}", node,
                                       fmt::join(stolen, ", ")));
}

Checked node_may_create_lease(std::string_view node, std::string_view name) {
    if (name == node) return {};
    return std::unexpected("can only access node lease with the same name as the requesting node");
}

Checked node_may_ask_for(const api::TokenRequest& request) {
    const auto& bound = request.spec.boundObjectRef;
    if (!bound || bound->apiVersion != "v1" || bound->kind != "Pod" || bound->name.empty())
        return std::unexpected("node requested token not bound to a pod");
    if (bound->uid.empty()) return std::unexpected("node requested token with a pod binding without a uid");
    return {};
}

Checked node_may_have(std::string_view node, const api::TokenRequest& request, const api::Pod& pod) {
    const std::string& uid = request.spec.boundObjectRef->uid;
    if (uid != pod.metadata.uid) {
        return std::unexpected(
            fmt::format("the UID in the bound object reference ({}) does not match the UID in record. The "
                        "object might have been deleted and then recreated",
                        uid));
    }
    if (pod.spec.nodeName != node)
        return std::unexpected("node requested token bound to a pod scheduled on a different node");
    const auto& audiences = request.spec.audiences;
    if (audiences.size() > 1) return std::unexpected("node may only request 0 or 1 audiences");
    const std::string audience = audiences.empty() ? "" : audiences.front();
    if (has_token_for(pod, audience)) return {};
    return std::unexpected(fmt::format("audience \"{}\" not found in pod spec volume", audience));
}

}  // namespace hooklet::admission
