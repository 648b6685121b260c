// SPDX-License-Identifier: Apache-2.0
#include "controllers/bootstrap.hpp"

#include "controllers/mirrored_slices.hpp"
#include "informer/document.hpp"

#include <array>
#include <utility>
#include <vector>

namespace hooklet {

namespace {

/// One object that has to be there.
struct Founding {
    ApiPath path;
    api::Node object;
};

template <class T>
Founding founding(const char* group, const char* resource, const char* kind, T object) {
    object.kind = kind;
    object.apiVersion = *group == '\0' ? "v1" : std::string(group) + "/v1";
    return {{group, "v1", resource, object.metadata.namespace_, object.metadata.name}, api::encode(object)};
}

Founding namespace_object(const char* name) {
    api::Namespace it;
    it.metadata.name = name;
    return founding("", "namespaces", "Namespace", std::move(it));
}

Founding priority_class(const char* name, std::int32_t value, const char* description) {
    api::PriorityClass it;
    it.metadata.name = name;
    it.value = value;
    it.description = description;
    it.preemptionPolicy = "PreemptLowerPriority";
    return founding("scheduling.k8s.io", "priorityclasses", "PriorityClass", std::move(it));
}

Founding service(const ApiAddress& address) {
    api::Service it;
    it.metadata.namespace_ = "default";
    it.metadata.name = "kubernetes";
    it.metadata.labels = {{"component", "apiserver"}, {"provider", "kubernetes"}};
    it.spec.type = "ClusterIP";
    it.spec.clusterIP = address.service_ip;
    it.spec.clusterIPs = {address.service_ip};
    it.spec.ipFamilies = {"IPv4"};
    it.spec.ipFamilyPolicy = "SingleStack";
    it.spec.internalTrafficPolicy = "Cluster";
    it.spec.sessionAffinity = "None";
    api::ServicePort& port = it.spec.ports.emplace_back();
    port.name = "https";
    port.protocol = "TCP";
    port.port = 443;
    port.targetPort = api::IntOrString(address.port);
    return founding("", "services", "Service", std::move(it));
}

api::EndpointSubset subset(const ApiAddress& address) {
    api::EndpointSubset it;
    it.addresses.emplace_back().ip = address.ip;
    api::EndpointPort& port = it.ports.emplace_back();
    port.name = "https";
    port.port = address.port;
    port.protocol = "TCP";
    return it;
}

Founding endpoints(const ApiAddress& address) {
    api::Endpoints it;
    it.metadata.namespace_ = "default";
    it.metadata.name = "kubernetes";
    it.metadata.labels = {{skip_mirror_label, "true"}};
    it.subsets = {subset(address)};
    return founding("", "endpoints", "Endpoints", std::move(it));
}

api::EndpointSlice slice(const ApiAddress& address) {
    api::EndpointSlice it;
    it.metadata.namespace_ = "default";
    it.metadata.name = "kubernetes";
    it.metadata.labels = {{"kubernetes.io/service-name", "kubernetes"}};
    it.addressType = address.ip.contains(':') ? "IPv6" : "IPv4";
    api::SliceEndpoint& endpoint = it.endpoints.emplace_back();
    endpoint.addresses = {address.ip};
    endpoint.conditions.ready = true;
    api::SlicePort& port = it.ports.emplace_back();
    port.name = "https";
    port.port = address.port;
    port.protocol = "TCP";
    return it;
}

std::vector<Founding> all_of(const ApiAddress& address) {
    std::vector<Founding> all;
    for (const char* name : {"kube-system", "kube-public", "kube-node-lease", "default"}) {
        all.push_back(namespace_object(name));
    }
    all.push_back(priority_class("system-node-critical", 2'000'001'000,
                                 "Used for system critical pods that must not be moved from their current "
                                 "node."));
    all.push_back(priority_class("system-cluster-critical", 2'000'000'000,
                                 "Used for system critical pods that must run in the cluster, but can be "
                                 "moved to another node if necessary."));
    all.push_back(service(address));
    return all;
}

Task<Status> found(Api* api, Founding it, Call call) {
    const auto there = co_await api->get(it.path, call);
    if (there) co_return Status{};
    if (there.error().code != Code::not_found) co_return std::unexpected(there.error());
    const auto made = co_await api->create(it.path, std::move(it.object), call);
    const bool ready = made || made.error().code == Code::already_exists;
    co_return ready ? Status{} : std::unexpected(made.error());
}

/// The labels of `wanted` are added to those that are there.
void add_labels(api::Node& there, const api::Node& wanted) {
    const api::Node* labels = wanted.find("metadata")->find("labels");
    api::Node* metadata = there.find("metadata");
    if (labels == nullptr || metadata == nullptr) return;
    const api::Node* known = metadata->find("labels");
    api::Node all = known != nullptr ? *known : api::Node::object();
    for (const api::Member& label : *labels->as_object()) all.set(label.key, label.value);
    metadata->set("labels", std::move(all));
}

/// The addresses are of this process, whatever they were of: `members` are as they should be.
Task<Status> point_to(Api* api, Founding it, std::vector<std::string> members, Call call) {
    auto there = co_await api->get(it.path, call);
    if (!there && there.error().code == Code::not_found) co_return co_await found(api, std::move(it), call);
    if (!there) co_return std::unexpected(there.error());
    for (const std::string& member : members) there->set(member, *it.object.find(member));
    add_labels(*there, it.object);
    const auto updated = co_await api->update(it.path, *std::move(there), call);
    co_return updated ? Status{} : std::unexpected(updated.error());
}

/// Slices keep the type of their addresses: one of another is made anew.
Task<Status> point_slice_to(Api* api, ApiAddress address, Call call) {
    Founding it = founding("discovery.k8s.io", "endpointslices", "EndpointSlice", slice(address));
    const auto there = co_await api->get(it.path, call);
    if (there && text_at(*there, {"addressType"}) != text_at(it.object, {"addressType"})) {
        const ApiDelete at_once{.grace_s = {}, .uid = {}, .resource_version = {}};
        const auto removed = co_await api->remove(it.path, at_once, call);
        if (!removed && removed.error().code != Code::not_found) co_return std::unexpected(removed.error());
    }
    std::vector<std::string> members{"endpoints", "ports"};
    co_return co_await point_to(api, std::move(it), std::move(members), call);
}

}  // namespace

Task<Status> bootstrap(Api* api, ApiAddress address, Call call) {
    for (Founding& it : all_of(address)) {
        const Status made = co_await found(api, std::move(it), call);
        if (!made) co_return made;
    }
    std::vector<std::string> members{"subsets"};
    Founding its_endpoints = endpoints(address);
    const Status pointed = co_await point_to(api, std::move(its_endpoints), std::move(members), call);
    if (!pointed) co_return pointed;
    co_return co_await point_slice_to(api, address, call);
}

}  // namespace hooklet
