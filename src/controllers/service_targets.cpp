// SPDX-License-Identifier: Apache-2.0
#include "controllers/service_targets.hpp"

#include "api/pod_phase.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* headless_label = "service.kubernetes.io/headless";
constexpr std::size_t slice_size = 100;

/// A Pod as a Service leads to it.
struct Target {
    api::EndpointAddress address{};
    std::vector<api::EndpointPort> ports{};  ///< Those of the Service's ports that the Pod has.
    bool ready = false;                      ///< By itself, whatever the Service thinks of it.
    bool terminating = false;
};
using Targets = std::vector<Target>;
/// Pods of one group; they live elsewhere, in their order.
using Members = std::vector<const Target*>;

bool is_headless(const api::Service& service) {
    return service.spec.clusterIP == "None";
}

std::vector<std::string> families_of(const api::ServiceSpec& spec) {
    if (!spec.ipFamilies.empty()) return spec.ipFamilies;
    return {family_of(spec.clusterIP)};
}

/// The Pod's address of that family; empty: it has none.
std::string address_of(const api::PodStatus& status, std::string_view family) {
    for (const api::PodIP& address : status.podIPs) {
        if (family_of(address.ip) == family) return address.ip;
    }
    return status.podIPs.empty() && family_of(status.podIP) == family ? status.podIP : "";
}

bool is_selected(const api::Service& service, const api::Pod& pod) {
    const auto& labels = pod.metadata.labels;
    return pod.metadata.namespace_ == service.metadata.namespace_ &&
           std::ranges::all_of(service.spec.selector, [&labels](const auto& wanted) {
               const auto found = labels.find(wanted.first);
               return found != labels.end() && found->second == wanted.second;
           });
}

bool is_ready(const api::PodStatus& status) {
    return std::ranges::any_of(status.conditions, [](const api::PodCondition& condition) {
        return condition.type == "Ready" && condition.status == "True";
    });
}

std::optional<std::int32_t> named_port(const api::Container& container, const std::string& name,
                                       const std::string& protocol) {
    for (const api::ContainerPort& port : container.ports) {
        if (port.name == name && port.protocol == protocol) return port.containerPort;
    }
    return std::nullopt;
}

/// The Pod's port that the Service's leads to: by number, or by the name that a container, or a sidecar, has
/// for it.
std::optional<std::int32_t> port_of(const api::PodSpec& spec, const api::ServicePort& port) {
    if (const std::int32_t* number = port.targetPort.number()) return *number == 0 ? port.port : *number;
    const std::string& name = *port.targetPort.name();
    for (const api::Container& container : spec.containers) {
        if (const auto found = named_port(container, name, port.protocol)) return found;
    }
    for (const api::Container& container : spec.initContainers) {
        if (container.restartPolicy != "Always") continue;
        if (const auto found = named_port(container, name, port.protocol)) return found;
    }
    return std::nullopt;
}

std::vector<api::EndpointPort> ports_of(const api::Service& service, const api::Pod& pod) {
    std::vector<api::EndpointPort> ports;
    for (const api::ServicePort& port : service.spec.ports) {
        const auto number = port_of(pod.spec, port);
        if (number) ports.push_back({port.name, *number, port.protocol, port.appProtocol});
    }
    return ports;
}

Target target_of(const api::Service& service, const api::Pod& pod, std::string address) {
    Target target;
    target.address.ip = std::move(address);
    if (!pod.spec.hostname.empty() && pod.spec.subdomain == service.metadata.name)
        target.address.hostname = pod.spec.hostname;
    if (!pod.spec.nodeName.empty()) target.address.nodeName = pod.spec.nodeName;
    api::ObjectReference& reference = target.address.targetRef.emplace();
    reference.kind = "Pod";
    reference.namespace_ = pod.metadata.namespace_;
    reference.name = pod.metadata.name;
    reference.uid = pod.metadata.uid;
    target.ports = ports_of(service, pod);
    target.ready = is_ready(pod.status);
    target.terminating = pod.metadata.deletionTimestamp.has_value();
    return target;
}

/// In the order of their addresses; Pods on the node's network share one.
Targets targets_of(const api::Service& service, const PodPointers& pods, std::string_view family) {
    Targets targets;
    for (const auto& pod : pods) {
        if (!is_selected(service, *pod) || api::is_terminal(pod->status.phase)) continue;
        std::string address = address_of(pod->status, family);
        if (!address.empty()) targets.push_back(target_of(service, *pod, std::move(address)));
    }
    std::ranges::sort(targets, {}, [](const Target& target) {
        return std::tie(target.address.ip, target.address.targetRef->uid);
    });
    return targets;
}

/// The group with that key, which is new when there was none; in the order in which they come.
template <class Key, class Value>
Value& group_of(std::vector<std::pair<Key, Value>>& groups, const Key& key) {
    const auto found = std::ranges::find(groups, key, &std::pair<Key, Value>::first);
    if (found != groups.end()) return found->second;
    return groups.emplace_back(key, Value{}).second;
}

/// Ports with the same Pods behind them belong together.
std::vector<std::pair<Members, std::vector<api::EndpointPort>>> grouped_ports(const Members& members,
                                                                              bool without_ports) {
    std::vector<std::pair<Members, std::vector<api::EndpointPort>>> groups;
    if (without_ports && !members.empty()) groups.emplace_back(members, std::vector<api::EndpointPort>{});
    std::vector<std::pair<api::EndpointPort, Members>> behind;
    for (const Target* target : members) {
        for (const api::EndpointPort& port : target->ports) group_of(behind, port).push_back(target);
    }
    for (const auto& [port, of_port] : behind) group_of(groups, of_port).push_back(port);
    return groups;
}

/// A short text that is the same for the same text.
std::string short_hash(std::string_view text) {
    constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    std::string out;
    for (int i = 0; i < 5; ++i, hash /= letters.size()) out += letters[hash % letters.size()];
    return out;
}

std::string key_of(const std::vector<api::EndpointPort>& ports) {
    std::string key;
    for (const api::EndpointPort& port : ports)
        key +=
            fmt::format("{} {} {} {};", port.name, port.port, port.protocol, port.appProtocol.value_or(""));
    return key;
}

std::map<std::string, std::string> labels_of(const api::Service& service, const char* key,
                                             const char* value) {
    std::map<std::string, std::string> labels = service.metadata.labels;
    labels[key] = value;
    labels.erase(headless_label);
    if (is_headless(service)) labels[headless_label] = "";
    return labels;
}

api::SliceEndpoint slice_endpoint(const api::Service& service, const Target& target) {
    api::SliceEndpoint endpoint;
    endpoint.addresses = {target.address.ip};
    endpoint.conditions.ready =
        service.spec.publishNotReadyAddresses || (target.ready && !target.terminating);
    endpoint.conditions.serving = target.ready;
    endpoint.conditions.terminating = target.terminating;
    if (!target.address.hostname.empty()) endpoint.hostname = target.address.hostname;
    endpoint.nodeName = target.address.nodeName;
    endpoint.targetRef = target.address.targetRef;
    return endpoint;
}

/// One without endpoints yet; the `number`-th with these ports.
api::EndpointSlice empty_slice(const api::Service& service, const std::string& family,
                               const std::vector<api::EndpointPort>& ports, std::size_t number) {
    api::EndpointSlice slice;
    slice.kind = "EndpointSlice";
    slice.apiVersion = "discovery.k8s.io/v1";
    slice.metadata.namespace_ = service.metadata.namespace_;
    slice.metadata.name = slice_name(service.metadata.name, family, ports, number);
    slice.metadata.labels = labels_of(service, slice_managed_by, slice_manager);
    slice.metadata.labels[slice_service_label] = service.metadata.name;
    slice.metadata.ownerReferences.push_back(
        {"v1", "Service", service.metadata.name, service.metadata.uid, true, true});
    slice.addressType = family;
    slice.ports = slice_ports(ports);
    return slice;
}

void add_slices(std::vector<api::EndpointSlice>& slices, const api::Service& service,
                const std::string& family, const Targets& targets) {
    std::vector<std::pair<std::vector<api::EndpointPort>, Members>> groups;
    for (const Target& target : targets) group_of(groups, target.ports).push_back(&target);
    if (groups.empty()) slices.push_back(empty_slice(service, family, {}, 0));
    for (const auto& [ports, members] : groups) {
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i % slice_size == 0) slices.push_back(empty_slice(service, family, ports, i / slice_size));
            slices.back().endpoints.push_back(slice_endpoint(service, *members[i]));
        }
    }
}

}  // namespace

std::string family_of(std::string_view address) {
    return address.contains(':') ? "IPv6" : "IPv4";
}

std::string slice_name(const std::string& owner, const std::string& kind,
                       const std::vector<api::EndpointPort>& ports, std::size_t number) {
    return fmt::format("{}-{}", owner, short_hash(fmt::format("{} {} {}", kind, number, key_of(ports))));
}

std::vector<api::SlicePort> slice_ports(const std::vector<api::EndpointPort>& ports) {
    std::vector<api::SlicePort> all;
    for (const api::EndpointPort& port : ports)
        all.push_back({port.name, port.protocol, port.port, port.appProtocol});
    return all;
}

bool has_targets(const api::Service& service) {
    return !service.spec.selector.empty() && service.spec.type != "ExternalName";
}

api::Endpoints endpoints_of(const api::Service& service, const PodPointers& pods) {
    api::Endpoints endpoints;
    endpoints.kind = "Endpoints";
    endpoints.apiVersion = "v1";
    endpoints.metadata.namespace_ = service.metadata.namespace_;
    endpoints.metadata.name = service.metadata.name;
    endpoints.metadata.labels = labels_of(service, endpoints_managed_by, endpoints_manager);
    const bool all_are_ready = service.spec.publishNotReadyAddresses;
    const Targets targets = targets_of(service, pods, families_of(service.spec).front());
    Members members;
    for (const Target& target : targets) {
        if (all_are_ready || !target.terminating) members.push_back(&target);
    }
    const bool without_ports = is_headless(service) && service.spec.ports.empty();
    for (const auto& [behind, ports] : grouped_ports(members, without_ports)) {
        api::EndpointSubset& subset = endpoints.subsets.emplace_back();
        for (const Target* target : behind) {
            const bool ready = all_are_ready || target->ready;
            (ready ? subset.addresses : subset.notReadyAddresses).push_back(target->address);
        }
        subset.ports = ports;
    }
    return endpoints;
}

std::vector<api::EndpointSlice> slices_of(const api::Service& service, const PodPointers& pods) {
    std::vector<api::EndpointSlice> slices;
    for (const std::string& family : families_of(service.spec))
        add_slices(slices, service, family, targets_of(service, pods, family));
    return slices;
}

}  // namespace hooklet
