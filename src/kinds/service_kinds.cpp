// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::kinds {

namespace {

constexpr std::size_t most_endpoints = 3;

std::string ports_text(const api::ServiceSpec& spec) {
    std::vector<std::string> texts;
    for (const api::ServicePort& port : spec.ports) {
        texts.push_back(port.nodePort == 0
                            ? fmt::format("{}/{}", port.port, port.protocol)
                            : fmt::format("{}:{}/{}", port.port, port.nodePort, port.protocol));
    }
    return joined(texts);
}

std::string external_text(const api::Service& service) {
    const api::ServiceSpec& spec = service.spec;
    if (spec.type == "ExternalName") return spec.externalName;
    std::vector<std::string> addresses;
    if (spec.type == "LoadBalancer") {
        for (const api::LoadBalancerIngress& ingress : service.status.loadBalancer.ingress)
            addresses.push_back(ingress.ip.empty() ? ingress.hostname : ingress.ip);
    }
    addresses.insert(addresses.end(), spec.externalIPs.begin(), spec.externalIPs.end());
    return joined(addresses, spec.type == "LoadBalancer" ? "<pending>" : "<none>");
}

Row service_row(const api::Service& service, WallTime now) {
    const api::ServiceSpec& spec = service.spec;
    return row_of(service.metadata.name, spec.type, spec.clusterIP.empty() ? "<none>" : spec.clusterIP,
                  external_text(service), ports_text(spec), age_cell(service.metadata, now),
                  label_text(spec.selector));
}

Fields service_fields(const api::Service& service) {
    return {{"spec.clusterIP", service.spec.clusterIP}, {"spec.type", service.spec.type}};
}

void prepare_service(api::Service& service) {
    service.status = {};
}

/// The node port of the same port before, when the client has not named one.
void keep_node_ports(api::ServiceSpec& now, const api::ServiceSpec& before) {
    if (now.type == "ClusterIP" || now.type == "ExternalName") return;
    for (api::ServicePort& port : now.ports) {
        const auto same = std::ranges::find_if(before.ports, [&](const api::ServicePort& other) {
            return other.port == port.port && other.protocol == port.protocol;
        });
        if (port.nodePort == 0 && same != before.ports.end()) port.nodePort = same->nodePort;
    }
}

void keep_addresses(api::ServiceSpec& now, const api::ServiceSpec& before) {
    if (now.type == "ExternalName" || before.type == "ExternalName") return;
    if (now.clusterIP.empty()) now.clusterIP = before.clusterIP;
    if (now.clusterIPs.empty() && now.clusterIP == before.clusterIP) now.clusterIPs = before.clusterIPs;
    // A client that knows the single address alone means both.
    if (now.clusterIP != before.clusterIP && now.clusterIPs == before.clusterIPs)
        now.clusterIPs = {now.clusterIP};
}

bool has_node_ports(const api::ServiceSpec& spec) {
    return spec.type == "NodePort" || spec.type == "LoadBalancer";
}

bool reached_from_outside(const api::ServiceSpec& spec) {
    return has_node_ports(spec) || (spec.type == "ClusterIP" && !spec.externalIPs.empty());
}

bool has_check_port(const api::ServiceSpec& spec) {
    return spec.type == "LoadBalancer" && spec.externalTrafficPolicy == "Local";
}

/// Whether each node port was there before.
bool same_node_ports(const api::ServiceSpec& now, const api::ServiceSpec& before) {
    return std::ranges::all_of(now.ports, [&](const api::ServicePort& port) {
        const auto same = std::ranges::find(before.ports, port.nodePort, &api::ServicePort::nodePort);
        return port.nodePort == 0 || same != before.ports.end();
    });
}

template <class T>
void drop_same(T& now, const T& before) {
    if (now == before) now = {};
}

void drop_addresses(api::ServiceSpec& now, const api::ServiceSpec& before) {
    if (now.clusterIP == before.clusterIP && now.clusterIPs == before.clusterIPs) {
        now.clusterIP.clear();
        now.clusterIPs.clear();
    }
    drop_same(now.ipFamilies, before.ipFamilies);
    drop_same(now.ipFamilyPolicy, before.ipFamilyPolicy);
}

/// A client that changes the type need not know which fields another type does not have: what it has left as
/// it was goes. What it has changed stays, for the validation to refuse.
void drop_unused(api::ServiceSpec& now, const api::ServiceSpec& before) {
    if (now.type == "ExternalName" && before.type != "ExternalName") drop_addresses(now, before);
    if (has_node_ports(before) && !has_node_ports(now) && same_node_ports(now, before)) {
        for (api::ServicePort& port : now.ports) port.nodePort = 0;
    }
    if (has_check_port(before) && !has_check_port(now))
        drop_same(now.healthCheckNodePort, before.healthCheckNodePort);
    if (before.type == "LoadBalancer" && now.type != "LoadBalancer") {
        drop_same(now.allocateLoadBalancerNodePorts, before.allocateLoadBalancerNodePorts);
        drop_same(now.loadBalancerClass, before.loadBalancerClass);
    }
    if (reached_from_outside(before) && !reached_from_outside(now))
        drop_same(now.externalTrafficPolicy, before.externalTrafficPolicy);
}

void prepare_service_update(std::string_view part, api::Service& now, const api::Service& before) {
    keep_other_part(part, now, before);
    if (!part.empty()) return;
    keep_addresses(now.spec, before.spec);
    keep_node_ports(now.spec, before.spec);
    drop_unused(now.spec, before.spec);
    if (now.spec.type != "LoadBalancer") now.status.loadBalancer = {};
}

std::string address_text(const std::string& ip, std::int32_t port) {
    return ip.find(':') == std::string::npos ? fmt::format("{}:{}", ip, port)
                                             : fmt::format("[{}]:{}", ip, port);
}

std::vector<std::string> ready_addresses(const api::Endpoints& endpoints) {
    std::vector<std::string> texts;
    for (const api::EndpointSubset& subset : endpoints.subsets) {
        if (subset.ports.empty()) {
            for (const api::EndpointAddress& address : subset.addresses) texts.push_back(address.ip);
        }
        for (const api::EndpointPort& port : subset.ports) {
            for (const api::EndpointAddress& address : subset.addresses)
                texts.push_back(address_text(address.ip, port.port));
        }
    }
    return texts;
}

std::string endpoints_text(const api::Endpoints& endpoints) {
    if (endpoints.subsets.empty()) return "<none>";
    std::vector<std::string> texts = ready_addresses(endpoints);
    if (texts.size() <= most_endpoints) return joined(texts, "");
    const std::size_t more = texts.size() - most_endpoints;
    texts.resize(most_endpoints);
    return fmt::format("{} + {} more...", joined(texts), more);
}

Row endpoints_row(const api::Endpoints& endpoints, WallTime now) {
    return row_of(endpoints.metadata.name, endpoints_text(endpoints), age_cell(endpoints.metadata, now));
}

/// The first ones, and how many more there are.
std::string shortened(std::vector<std::string> texts, std::string_view none) {
    if (texts.empty()) return std::string(none);
    if (texts.size() <= most_endpoints) return fmt::format("{}", fmt::join(texts, ","));
    const std::size_t more = texts.size() - most_endpoints;
    texts.resize(most_endpoints);
    return fmt::format("{} + {} more...", fmt::join(texts, ","), more);
}

Row slice_row(const api::EndpointSlice& slice, WallTime now) {
    std::vector<std::string> ports;
    for (const api::SlicePort& port : slice.ports)
        ports.push_back(port.port ? std::to_string(*port.port) : port.name.value_or("*"));
    std::vector<std::string> addresses;
    for (const api::SliceEndpoint& endpoint : slice.endpoints)
        addresses.insert(addresses.end(), endpoint.addresses.begin(), endpoint.addresses.end());
    return row_of(slice.metadata.name, slice.addressType, shortened(std::move(ports), "<unset>"),
                  shortened(std::move(addresses), "<unset>"), age_cell(slice.metadata, now));
}

void prepare_slice(api::EndpointSlice& slice) {
    slice.metadata.generation = 1;
}

void prepare_slice_update(std::string_view, api::EndpointSlice& now, const api::EndpointSlice& before) {
    const bool same = now.addressType == before.addressType && now.endpoints == before.endpoints &&
                      now.ports == before.ports;
    now.metadata.generation = before.metadata.generation + (same ? 0 : 1);
}

std::vector<Column> service_columns() {
    return {name_column(),
            column("Type", "How it can be reached."),
            column("Cluster-IP", "Its own address."),
            column("External-IP", "Further addresses that lead to it."),
            column("Port(s)", "Its ports, with those of the nodes."),
            age_column(),
            wide("Selector", "Labels of the Pods behind it.")};
}

}  // namespace

Kind endpoints() {
    return kind_of<api::Endpoints>(
        {.name = "Endpoints",
         .plural = "endpoints",
         .singular = "endpoints",
         .verbs = every_verb,
         .short_names = {"ep"},
         .create_on_update = true,
         .columns = {name_column(), column("Endpoints"), age_column()}},
        {.set_defaults = api::set_table_defaults, .validate = api::validate, .row = endpoints_row});
}

Kind endpoint_slices() {
    return kind_of<api::EndpointSlice>(
        {.group = "discovery.k8s.io",
         .name = "EndpointSlice",
         .plural = "endpointslices",
         .singular = "endpointslice",
         .verbs = every_verb,
         .columns = {name_column(), column("AddressType"), column("Ports"), column("Endpoints"),
                     age_column()}},
        {.set_defaults = api::set_table_defaults,
         .prepare_create = prepare_slice,
         .prepare_update = prepare_slice_update,
         .validate = api::validate,
         .validate_update = of_object<api::EndpointSlice, api::validate_update>,
         .row = slice_row});
}

Kind services() {
    return kind_of<api::Service>({.name = "Service",
                                  .plural = "services",
                                  .singular = "service",
                                  .verbs = every_verb,
                                  .short_names = {"svc"},
                                  .categories = {"all"},
                                  .subresources = {{.name = "proxy",
                                                    .verbs = {"create", "delete", "get", "patch", "update"},
                                                    .kind = "ServiceProxyOptions"},
                                                   {.name = "status", .verbs = part_verbs}},
                                  .create_on_update = true,
                                  .shown_when_gone = true,
                                  .columns = service_columns()},
                                 {.set_defaults = api::set_defaults,
                                  .prepare_create = prepare_service,
                                  .prepare_update = prepare_service_update,
                                  .validate = api::validate,
                                  .validate_update = of_object<api::Service, api::validate_update>,
                                  .fields = service_fields,
                                  .row = service_row});
}

}  // namespace hooklet::kinds
