// SPDX-License-Identifier: Apache-2.0
#include "placement/host_ports.hpp"

#include "api/containers.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

namespace {

bool collides(const HostPort& a, const HostPort& b) {
    const bool same_ip = a.ip == b.ip || a.ip == "0.0.0.0" || b.ip == "0.0.0.0";
    return a.protocol == b.protocol && a.port == b.port && same_ip;
}

}  // namespace

std::vector<HostPort> host_ports(const api::PodSpec& spec) {
    std::vector<HostPort> ports;
    const auto add = [&ports](const api::Container& container) {
        for (const api::ContainerPort& port : container.ports) {
            if (port.hostPort == 0) continue;
            ports.push_back({port.protocol.empty() ? "TCP" : port.protocol, port.hostPort,
                             port.hostIP.empty() ? "0.0.0.0" : port.hostIP});
        }
    };
    std::ranges::for_each(spec.containers, add);
    for (const api::Container& container : spec.initContainers) {
        if (api::is_sidecar(container)) add(container);
    }
    return ports;
}

std::string shared_port(const api::PodSpec& a, const api::PodSpec& b) {
    const std::vector<HostPort> theirs = host_ports(b);
    for (const HostPort& port : host_ports(a)) {
        const auto same = [&port](const HostPort& other) { return collides(port, other); };
        if (std::ranges::any_of(theirs, same)) return fmt::format("{}/{}", port.port, port.protocol);
    }
    return {};
}

bool ports_collide(const api::PodSpec& a, const api::PodSpec& b) {
    return !shared_port(a, b).empty();
}

}  // namespace hooklet
