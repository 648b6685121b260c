// SPDX-License-Identifier: Apache-2.0
#include "node/api_services.hpp"

#include "informer/document.hpp"

namespace hooklet {

namespace {

std::pair<std::string, std::string> key_of(const api::Node& service) {
    return {text_at(service, {"metadata", "namespace"}), text_at(service, {"metadata", "name"})};
}

ServicePort port_of(const api::Node& node) {
    ServicePort port;
    port.name = text_at(node, {"name"});
    if (const std::string protocol = text_at(node, {"protocol"}); !protocol.empty()) port.protocol = protocol;
    const api::Node* number = node.find("port");
    if (number != nullptr && number->as_int() != nullptr) {
        port.port = static_cast<std::int32_t>(*number->as_int());
    }
    return port;
}

}  // namespace

ServiceAddress service_address(const api::Node& service) {
    const auto [namespace_, name] = key_of(service);
    ServiceAddress address{namespace_, name, text_at(service, {"spec", "clusterIP"}), {}};
    const api::Node* ports = value_at(service, {"spec", "ports"});
    if (ports == nullptr || ports->as_array() == nullptr) return address;
    for (const api::Node& port : *ports->as_array()) address.ports.push_back(port_of(port));
    return address;
}

ApiServices::ApiServices(const ApiPorts& ports)
    : reflector_(ports.api, ports.clock, ports.executor, ApiSelection{{"", "v1", "services", "", "", {}}},
                 this) {}

Result<std::vector<ServiceAddress>> ApiServices::all() const {
    if (!read_) {
        return fail(Code::unavailable,
                    "services have not yet been read at least once, cannot construct envvars");
    }
    std::vector<ServiceAddress> out;
    for (const auto& [key, service] : services_) out.push_back(service);
    return out;
}

void ApiServices::replace(std::vector<api::Node> services) {
    services_.clear();
    for (const api::Node& service : services) services_[key_of(service)] = service_address(service);
    read_ = true;
}

void ApiServices::put(api::Node service) {
    services_[key_of(service)] = service_address(service);
}

void ApiServices::erase(api::Node service) {
    services_.erase(key_of(service));
}

}  // namespace hooklet
