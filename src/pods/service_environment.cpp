// SPDX-License-Identifier: Apache-2.0
#include "pods/service_environment.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

namespace hooklet {

namespace {

char variable_char(char c) {
    if (c == '-') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// `my-service` becomes `MY_SERVICE`.
std::string variable_name(std::string_view name) {
    std::string out(name);
    std::ranges::transform(out, out.begin(), variable_char);
    return out;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

void add_links(const ServiceAddress& service, const std::string& name, std::vector<cri::KeyValue>& out) {
    const bool v6 = service.cluster_ip.find(':') != std::string::npos;
    const std::string host = v6 ? fmt::format("[{}]", service.cluster_ip) : service.cluster_ip;
    bool first = true;
    for (const ServicePort& port : service.ports) {
        const std::string url = fmt::format("{}://{}:{}", lower(port.protocol), host, port.port);
        if (first) out.push_back({name + "_PORT", url});
        first = false;
        const std::string prefix = fmt::format("{}_PORT_{}_{}", name, port.port, port.protocol);
        out.push_back({prefix, url});
        out.push_back({prefix + "_PROTO", lower(port.protocol)});
        out.push_back({prefix + "_PORT", std::to_string(port.port)});
        out.push_back({prefix + "_ADDR", service.cluster_ip});
    }
}

void add_service(const ServiceAddress& service, std::vector<cri::KeyValue>& out) {
    const std::string name = variable_name(service.name);
    out.push_back({name + "_SERVICE_HOST", service.cluster_ip});
    if (service.ports.empty()) return;
    out.push_back({name + "_SERVICE_PORT", std::to_string(service.ports.front().port)});
    for (const ServicePort& port : service.ports) {
        if (port.name.empty()) continue;
        out.push_back(
            {fmt::format("{}_SERVICE_PORT_{}", name, variable_name(port.name)), std::to_string(port.port)});
    }
    add_links(service, name, out);
}

}  // namespace

std::vector<cri::KeyValue> service_environment(const std::vector<ServiceAddress>& services,
                                               const std::string& pod_namespace, bool service_links) {
    std::map<std::string, const ServiceAddress*> chosen;  // by name
    for (const ServiceAddress& service : services) {
        if (service.cluster_ip.empty() || service.cluster_ip == "None") continue;
        const bool own = service_links && service.namespace_ == pod_namespace;
        const bool api = service.namespace_ == "default" && service.name == "kubernetes";
        if (own) {
            chosen[service.name] = &service;
        } else if (api) {
            chosen.try_emplace(service.name, &service);
        }
    }
    std::vector<cri::KeyValue> out;
    for (const auto& [name, service] : chosen) add_service(*service, out);
    return out;
}

}  // namespace hooklet
