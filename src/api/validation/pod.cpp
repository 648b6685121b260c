// SPDX-License-Identifier: Apache-2.0
#include "api/validation/parts.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::size_t most_nameservers = 3;
constexpr std::size_t most_searches = 32;
constexpr std::size_t most_search_characters = 2048;
constexpr std::size_t longest_hostname = 64;  // what the kernel holds

void check_searches(const std::vector<std::string>& searches, Issues& issues) {
    const std::string path = "spec.dnsConfig.searches";
    std::size_t characters = searches.empty() ? 0 : searches.size() - 1;  // the spaces between them
    for (std::size_t i = 0; i < searches.size(); ++i) {
        characters += searches[i].size();
        std::string name = searches[i];
        std::replace(name.begin(), name.end(), '_', '-');
        if (name.ends_with('.')) name.pop_back();
        if (!name.empty()) add_problems(dns_subdomain(name), at(path, i), searches[i], issues);
    }
    if (searches.size() > most_searches) {
        issues.push_back(
            issue::invalid_raw(path, list_text(searches),
                               fmt::format("must not have more than {} search paths", most_searches)));
    }
    if (characters > most_search_characters) {
        issues.push_back(issue::invalid_raw(
            path, list_text(searches),
            fmt::format("must not have more than {} characters (including spaces) in the search list",
                        most_search_characters)));
    }
}

void check_dns(const PodSpec& spec, Issues& issues) {
    if (spec.dnsPolicy == "None" && !spec.dnsConfig) {
        issues.push_back(
            issue::required("spec.dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None"));
    }
    if (!spec.dnsConfig) return;
    const auto& servers = spec.dnsConfig->nameservers;
    const std::string path = "spec.dnsConfig.nameservers";
    if (spec.dnsPolicy == "None" && servers.empty()) {
        issues.push_back(
            issue::required(path, "must provide at least one DNS nameserver when `dnsPolicy` is None"));
    }
    if (servers.size() > most_nameservers) {
        issues.push_back(
            issue::invalid_raw(path, list_text(servers),
                               fmt::format("must not have more than {} nameservers", most_nameservers)));
    }
    check_searches(spec.dnsConfig->searches, issues);
}

void check_toleration(const Toleration& toleration, const std::string& path, Issues& issues) {
    const std::string field = path + ".operator";
    if (!toleration.key.empty()) {
        add_problems(qualified_name(toleration.key), path + ".key", toleration.key, issues);
    } else if (toleration.operator_ != "Exists") {
        issues.push_back(issue::invalid_text(
            field, toleration.operator_,
            "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
    }
    if (toleration.tolerationSeconds && toleration.effect != "NoExecute") {
        issues.push_back(issue::invalid_text(path + ".effect", toleration.effect,
                                             "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (toleration.operator_ == "Exists") {
        if (!toleration.value.empty()) {
            issues.push_back(issue::invalid_text(field, toleration.value,
                                                 "value must be empty when `operator` is 'Exists'"));
        }
    } else {
        add_problems(label_value(toleration.value), field, toleration.value, issues);
    }
}

void check_gates(const PodSpec& spec, Issues& issues) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < spec.schedulingGates.size(); ++i) {
        const std::string& name = spec.schedulingGates[i].name;
        const std::string path = at("spec.schedulingGates", i);
        add_problems(qualified_name(name), path, name, issues);
        if (!names.insert(name).second) issues.push_back(issue::duplicate(path, name));
    }
}

/// The table leaves empty texts alone; no condition has such a type.
void check_readiness_gates(const PodSpec& spec, Issues& issues) {
    for (std::size_t i = 0; i < spec.readinessGates.size(); ++i) {
        if (!spec.readinessGates[i].conditionType.empty()) continue;
        add_problems(qualified_name(""), at("spec.readinessGates", i) + ".conditionType", "", issues);
    }
}

/// The table leaves empty texts alone; here one is no address either.
void check_host_aliases(const PodSpec& spec, Issues& issues) {
    for (std::size_t i = 0; i < spec.hostAliases.size(); ++i) {
        const std::string path = at("spec.hostAliases", i) + ".ip";
        if (spec.hostAliases[i].ip.empty()) add_problems(check_text("ip", ""), path, "", issues);
    }
}

void check_hostname_override(const PodSpec& spec, Issues& issues) {
    if (!spec.hostnameOverride) return;
    const std::string path = "spec.hostnameOverride";
    if (spec.hostnameOverride->size() > longest_hostname)
        issues.push_back(
            issue::too_long(path, fmt::format("may not be more than {} bytes", longest_hostname)));
    if (spec.setHostnameAsFQDN.value_or(false))
        issues.push_back(issue::forbidden(path, "may not be set with `setHostnameAsFQDN`"));
    if (spec.hostNetwork) issues.push_back(issue::forbidden(path, "may not be set with `hostNetwork`"));
}

}  // namespace

void check_pod_spec(const PodSpec& spec, Issues& issues) {
    check_labels(spec.nodeSelector, "spec.nodeSelector", issues);
    check_dns(spec, issues);
    for (std::size_t i = 0; i < spec.tolerations.size(); ++i) {
        check_toleration(spec.tolerations[i], at("spec.tolerations", i), issues);
    }
    if (spec.affinity) check_affinity(*spec.affinity, "spec.affinity", issues);
    check_spread(spec.topologySpreadConstraints, "spec.topologySpreadConstraints", issues);
    check_gates(spec, issues);
    check_readiness_gates(spec, issues);
    check_host_aliases(spec, issues);
    check_hostname_override(spec, issues);
    check_os(spec, issues);
    check_claims(spec.resourceClaims, "spec.resourceClaims", issues);
    check_pod_resources(spec, issues);
}

}  // namespace hooklet::api
