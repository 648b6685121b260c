// SPDX-License-Identifier: Apache-2.0
// Defaults of the objects around Pods.
#include "api/defaults.hpp"

#include <optional>
#include <string>

namespace hooklet::api {

namespace {

constexpr std::int32_t sticky_seconds = 10'800;
constexpr auto name_label = "kubernetes.io/metadata.name";

/// Keeps the single value and the head of the list the same.
void mirror(std::string& first, std::vector<std::string>& all) {
    if (all.empty() && !first.empty()) all.push_back(first);
    if (first.empty() && !all.empty()) first = all.front();
}

void set_port(ServicePort& port) {
    if (port.targetPort == IntOrString(0) || port.targetPort == IntOrString("")) port.targetPort = port.port;
}

void set_affinity(ServiceSpec& spec) {
    if (spec.sessionAffinity == "None") spec.sessionAffinityConfig.reset();
    if (spec.sessionAffinity != "ClientIP") return;
    if (!spec.sessionAffinityConfig) spec.sessionAffinityConfig.emplace();
    auto& client = spec.sessionAffinityConfig->clientIP;
    if (!client) client.emplace();
    if (!client->timeoutSeconds) client->timeoutSeconds = sticky_seconds;
}

/// The node has addresses of IPv4 alone. A Service whose addresses somebody else keeps may have both
/// families.
void set_families(ServiceSpec& spec) {
    const bool kept_elsewhere = spec.clusterIP == "None" && spec.selector.empty();
    if (!spec.ipFamilyPolicy) spec.ipFamilyPolicy = kept_elsewhere ? "RequireDualStack" : "SingleStack";
    const bool names_v6 = spec.clusterIP.find(':') != std::string::npos;
    if (spec.ipFamilies.empty() && !names_v6) spec.ipFamilies = {"IPv4"};
    if (kept_elsewhere && spec.ipFamilies.size() == 1 && spec.ipFamilyPolicy != "SingleStack")
        spec.ipFamilies.emplace_back(spec.ipFamilies.front() == "IPv4" ? "IPv6" : "IPv4");
}

template <class Map>
void add_missing(Map& to, const Map& from) {
    to.insert(from.begin(), from.end());
}

}  // namespace

void set_defaults(Service& service) {
    set_table_defaults(service);
    ServiceSpec& spec = service.spec;
    for (ServicePort& port : spec.ports) set_port(port);
    set_affinity(spec);
    mirror(spec.clusterIP, spec.clusterIPs);
    if (spec.type == "ExternalName") return;
    if (!spec.internalTrafficPolicy) spec.internalTrafficPolicy = "Cluster";
    set_families(spec);
    if (spec.type == "ClusterIP") return;
    if (spec.externalTrafficPolicy.empty()) spec.externalTrafficPolicy = "Cluster";
    if (spec.type == "LoadBalancer" && !spec.allocateLoadBalancerNodePorts)
        spec.allocateLoadBalancerNodePorts = true;
}

void set_defaults(NodeObject& node) {
    set_table_defaults(node);
    mirror(node.spec.podCIDR, node.spec.podCIDRs);
    if (node.status.allocatable.empty()) node.status.allocatable = node.status.capacity;
}

void set_defaults(Namespace& ns) {
    if (!ns.metadata.name.empty()) ns.metadata.labels[name_label] = ns.metadata.name;
}

void set_defaults(PodTemplate& pod_template) {
    set_defaults(pod_template.template_.spec);
}

void set_defaults(LimitRange& range) {
    set_table_defaults(range);
    for (LimitRangeItem& item : range.spec.limits) {
        if (item.type != "Container") continue;
        add_missing(item.default_, item.max);
        add_missing(item.defaultRequest, item.default_);
        add_missing(item.defaultRequest, item.min);
    }
}

}  // namespace hooklet::api
