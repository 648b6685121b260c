// SPDX-License-Identifier: Apache-2.0
// Services and Endpoints.
#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/validation.hpp"
#include "api/validation/parts.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::api {

namespace {

bool is_headless(const ServiceSpec& spec) {
    return spec.clusterIP == "None";
}

void check_port_name(const ServiceSpec& spec, std::size_t index, std::set<std::string>& names,
                     Issues& issues) {
    const std::string& name = spec.ports[index].name;
    const std::string path = at("spec.ports", index) + ".name";
    if (name.empty()) {
        if (spec.ports.size() > 1) issues.push_back(issue::required(path));
        return;
    }
    add_problems(dns_label(name), path, name, issues);
    if (!names.insert(name).second) issues.push_back(issue::duplicate(path, name));
}

/// The port as the API's message shows the key that occurs twice.
Issue repeated_port(const ServicePort& port, std::string path) {
    return {
        .path = std::move(path),
        .message = fmt::format(
            R"(Duplicate value: {{"Name":"","Protocol":"{}","AppProtocol":null,"Port":{},"TargetPort":0,"NodePort":0}})",
            port.protocol, port.port),
        .reason = Reason::duplicate};
}

void check_ports(const ServiceSpec& spec, Issues& issues) {
    if (spec.ports.empty() && !is_headless(spec) && spec.type != "ExternalName")
        issues.push_back(issue::required("spec.ports"));
    std::set<std::string> names;
    std::set<std::tuple<std::string, std::int32_t>> ports;
    for (std::size_t i = 0; i < spec.ports.size(); ++i) {
        const ServicePort& port = spec.ports[i];
        check_port_name(spec, i, names, issues);
        if (spec.type == "ClusterIP" && port.nodePort != 0) {
            issues.push_back(issue::forbidden(at("spec.ports", i) + ".nodePort",
                                              "may not be used when `type` is 'ClusterIP'"));
        }
        if (!ports.emplace(port.protocol, port.port).second)
            issues.push_back(repeated_port(port, at("spec.ports", i)));
    }
}

void check_external_name(const ServiceSpec& spec, Issues& issues) {
    const std::string_view unset = "may not be set for ExternalName services";
    if (!spec.clusterIPs.empty()) issues.push_back(issue::forbidden("spec.clusterIPs", unset));
    if (!spec.ipFamilies.empty()) issues.push_back(issue::forbidden("spec.ipFamilies", unset));
    if (spec.ipFamilyPolicy) issues.push_back(issue::forbidden("spec.ipFamilyPolicy", unset));
    std::string_view name = spec.externalName;
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty()) return issues.push_back(issue::required("spec.externalName"));
    add_problems(dns_subdomain(name), "spec.externalName", name, issues);
}

std::string addresses_text(const ServiceSpec& spec) {
    Node addresses = Node::array();
    for (const std::string& address : spec.clusterIPs) addresses.push(Node(address));
    return write_json(addresses);
}

bool has_colon(std::string_view address) {
    return address.find(':') != std::string_view::npos;
}

/// How addresses and families fit together anywhere.
void check_families(const ServiceSpec& spec, Issues& issues) {
    for (std::size_t i = 0; i < spec.ipFamilies.size(); ++i) {
        const auto here = spec.ipFamilies.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(spec.ipFamilies.begin(), here, *here) != here)
            issues.push_back(issue::duplicate(at("spec.ipFamilies", i), *here));
    }
    const auto refuse = [&](std::string_view why) {
        issues.push_back(issue::invalid_raw("spec.clusterIPs", addresses_text(spec), why));
    };
    const auto& addresses = spec.clusterIPs;
    if (addresses.size() > 2) refuse("may only hold up to 2 values");
    if (addresses.size() > 2 || (addresses.size() == 2 && has_colon(addresses[0]) == has_colon(addresses[1])))
        refuse("may specify no more than one IP for each IP family");
    for (std::size_t i = 0; i < std::min(addresses.size(), spec.ipFamilies.size()); ++i) {
        const std::string& family = spec.ipFamilies[i];
        if (is_headless(spec) || (family == "IPv6") == has_colon(addresses[i])) continue;
        issues.push_back(issue::invalid_text(
            at("spec.clusterIPs", i), addresses[i],
            fmt::format("expected an {} value as indicated by `ipFamilies[{}]`", family, i)));
    }
}

void check_policy(const ServiceSpec& spec, Issues& issues) {
    const auto refuse = [&](std::string_view what) {
        issues.push_back(issue::invalid_text(
            "spec.ipFamilyPolicy", *spec.ipFamilyPolicy,
            fmt::format("must be 'RequireDualStack' or 'PreferDualStack' when multiple {} are specified",
                        what)));
    };
    const bool single = spec.ipFamilyPolicy == "SingleStack";
    if (single && spec.clusterIPs.size() == 2) refuse("cluster IPs");
    if (single && spec.ipFamilies.size() == 2) refuse("IP families");
    for (std::size_t i = spec.ipFamilies.size(); i < spec.clusterIPs.size(); ++i) {
        if (has_colon(spec.clusterIPs[i]))
            issues.push_back(issue::invalid_raw(at("spec.clusterIPs", i), addresses_text(spec),
                                                "IPv6 is not configured on this cluster"));
    }
}

/// The node has addresses of IPv4 alone.
void check_stack(const ServiceSpec& spec, Issues& issues) {
    if (is_headless(spec) && spec.selector.empty()) return;
    if (spec.ipFamilyPolicy == "RequireDualStack") {
        issues.push_back(issue::invalid_text("spec.ipFamilyPolicy", *spec.ipFamilyPolicy,
                                             "this cluster is not configured for dual-stack services"));
    }
    for (std::size_t i = 0; i < spec.ipFamilies.size(); ++i) {
        if (spec.ipFamilies[i] != "IPv6") continue;
        issues.push_back(
            issue::invalid_text(at("spec.ipFamilies", i), "IPv6", "not configured on this cluster"));
    }
}

/// What follows from other mistakes is not told.
void check_address_families(const ServiceSpec& spec, Issues& issues) {
    for (const auto& check : {check_families, check_policy, check_stack}) {
        const std::size_t before = issues.size();
        check(spec, issues);
        if (issues.size() != before) return;
    }
}

void check_addresses(const ServiceSpec& spec, Issues& issues) {
    if (!spec.clusterIPs.empty() && spec.clusterIPs.front() != spec.clusterIP) {
        issues.push_back(issue::invalid_raw("spec.clusterIPs", addresses_text(spec),
                                            "first value must match `clusterIP`"));
    }
    if (is_headless(spec) && (spec.type == "NodePort" || spec.type == "LoadBalancer")) {
        issues.push_back(
            issue::invalid_text("spec.clusterIPs[0]", "None",
                                fmt::format("may not be set to 'None' for {} services", spec.type)));
    }
    const std::size_t before = issues.size();
    for (std::size_t i = 0; i < spec.clusterIPs.size(); ++i) {
        const std::string& address = spec.clusterIPs[i];
        if (address != "None")
            add_problems(check_text("ip", address), at("spec.clusterIPs", i), address, issues);
    }
    if (issues.size() == before) check_address_families(spec, issues);
}

bool has_cluster_ip(const ServiceSpec& spec) {
    return spec.type != "ExternalName" && !spec.clusterIPs.empty();
}

}  // namespace

Issues validate(const Service& service) {
    Issues issues;
    const ServiceSpec& spec = service.spec;
    check_metadata(service.metadata, issues, dns_1035_label);
    check_table(describe<ServiceSpec>(), &spec, "spec", issues);
    check_ports(spec, issues);
    check_labels(spec.selector, "spec.selector", issues);
    if (spec.type == "ExternalName")
        check_external_name(spec, issues);
    else
        check_addresses(spec, issues);
    return issues;
}

Issues validate_update(const Service& next, const Service& old) {
    Issues issues = only_new(validate(next), validate(old));
    if (!has_cluster_ip(old.spec) || next.spec.type == "ExternalName") return issues;
    const auto refuse = [&](std::string_view why) {
        issues.push_back(issue::invalid_raw("spec.clusterIPs[0]", addresses_text(next.spec), why));
    };
    if (!has_cluster_ip(next.spec))
        refuse("primary clusterIP can not be unset");
    else if (next.spec.clusterIPs.front() != old.spec.clusterIPs.front())
        refuse("may not change once set");
    return issues;
}

Issues validate(const Endpoints& endpoints) {
    Issues issues;
    check_metadata(endpoints.metadata, issues);
    check_table(describe<Endpoints>(), &endpoints, "", issues);
    return issues;
}

}  // namespace hooklet::api
