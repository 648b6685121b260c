// SPDX-License-Identifier: Apache-2.0
#include "streams/proxy_name.hpp"

#include "base/parse_number.hpp"

#include <algorithm>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>

namespace hooklet {

namespace {

std::optional<std::uint16_t> port_number(std::string_view text) {
    const auto port = parse_number<std::uint16_t>(text);
    return port == 0 ? std::nullopt : port;
}

bool serves(const api::Service& service, const api::Pod& pod) {
    if (pod.status.podIP.empty()) return false;
    return service.spec.publishNotReadyAddresses ||
           std::ranges::any_of(pod.status.conditions, [](const api::PodCondition& condition) {
               return condition.type == "Ready" && condition.status == "True";
           });
}

/// The number of the port that a Service's port means in this Pod.
std::optional<std::uint16_t> port_in(const api::Pod& pod, const api::ServicePort& port) {
    if (const auto* number = port.targetPort.number())
        return static_cast<std::uint16_t>(*number != 0 ? *number : port.port);
    for (const api::Container& container : pod.spec.containers) {
        for (const api::ContainerPort& own : container.ports) {
            if (own.name == *port.targetPort.name() && own.protocol == port.protocol)
                return static_cast<std::uint16_t>(own.containerPort);
        }
    }
    return std::nullopt;
}

api::Answer<api::ServicePort> port_of(const api::Service& service, const ProxyName& name) {
    const auto number = port_number(name.port);
    for (const api::ServicePort& port : service.spec.ports) {
        if (number ? port.port == *number : port.name == name.port) return port;
    }
    if (number) {
        return std::unexpected(api::unavailable(
            fmt::format("no service port {} found for service \"{}\"", *number, service.metadata.name)));
    }
    return std::unexpected(
        api::unavailable(fmt::format("no endpoints available for service \"{}\"", name.name)));
}

}  // namespace

std::optional<ProxyName> parse_proxy_name(std::string_view text) {
    std::vector<std::string> parts;
    boost::algorithm::split(parts, text, boost::algorithm::is_any_of(":"));
    ProxyName name;
    if (parts.size() > 3) return std::nullopt;
    if (parts.size() == 3) {
        name.scheme = parts.front();
        parts.erase(parts.begin());
    }
    name.name = parts.front();
    if (parts.size() == 2) name.port = parts.back();
    const bool known = name.scheme.empty() || name.scheme == "http" || name.scheme == "https";
    if (!known || name.name.empty()) return std::nullopt;
    return name;
}

api::Answer<ProxyAddress> pod_address(const api::Pod& pod, const ProxyName& name) {
    if (pod.status.podIP.empty()) return std::unexpected(api::bad_request("address not allowed"));
    ProxyAddress address{pod.status.podIP};
    if (!name.port.empty()) {
        const auto port = port_number(name.port);
        if (!port) {
            return std::unexpected(
                api::bad_request(fmt::format("invalid pod request \"{}:{}\"", name.name, name.port)));
        }
        address.port = *port;
        return address;
    }
    for (const api::Container& container : pod.spec.containers) {
        if (container.ports.empty()) continue;
        address.port = static_cast<std::uint16_t>(container.ports.front().containerPort);
        break;
    }
    return address;
}

api::Answer<std::vector<ProxyAddress>> service_addresses(const api::Service& service,
                                                         const std::vector<api::Pod>& pods,
                                                         const ProxyName& name) {
    const auto port = port_of(service, name);
    if (!port) return std::unexpected(port.error());
    std::vector<ProxyAddress> addresses;
    for (const api::Pod& pod : pods) {
        if (!serves(service, pod)) continue;
        if (const auto number = port_in(pod, *port)) addresses.push_back({pod.status.podIP, *number});
    }
    if (!addresses.empty()) return addresses;
    return std::unexpected(
        api::unavailable(fmt::format("no endpoints available for service \"{}\"", service.metadata.name)));
}

}  // namespace hooklet
