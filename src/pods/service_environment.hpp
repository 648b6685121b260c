// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// The variables that tell containers of Services: pure.
namespace hooklet {

struct ServicePort {
    std::string name{};
    std::string protocol = "TCP";
    std::int32_t port = 0;
    bool operator==(const ServicePort&) const = default;
};

/// A Service of the API, as far as environments tell of it.
struct ServiceAddress {
    std::string namespace_;
    std::string name;
    std::string cluster_ip;  ///< Empty or `None`: the Service has no address, and no variables.
    std::vector<ServicePort> ports;
    bool operator==(const ServiceAddress&) const = default;
};

/// `NAME_SERVICE_HOST`, `NAME_SERVICE_PORT`, `NAME_SERVICE_PORT_<PORT NAME>` and the docker links
/// `NAME_PORT_80_TCP...`, sorted by Service: of `default/kubernetes` always, of the Pod's own namespace with
/// enableServiceLinks. A Service of the own namespace takes precedence over one of the same name.
std::vector<cri::KeyValue> service_environment(const std::vector<ServiceAddress>& services,
                                               const std::string& pod_namespace, bool service_links);

}  // namespace hooklet
