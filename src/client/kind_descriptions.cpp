// SPDX-License-Identifier: Apache-2.0
// The kinds beside Pods for which kubectl has a layout.
#include "api/base64.hpp"
#include "client/description.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::client {

namespace {

using api::Node;

constexpr std::string_view nothing_shown = "<none>";

/// The members of the object there by their keys.
std::vector<const api::Member*> sorted_members(const Node& object, std::string_view path) {
    std::vector<const api::Member*> sorted;
    const Node* found = find(object, path);
    if (found == nullptr || found->as_object() == nullptr) return sorted;
    for (const api::Member& member : *found->as_object()) sorted.push_back(&member);
    std::ranges::sort(sorted, {}, &api::Member::key);
    return sorted;
}

std::string or_nothing(std::string text) {
    return text.empty() ? std::string(nothing_shown) : text;
}

/// The values of a list, or of this member of each, with commas.
std::string listed_values(const Node& object, std::string_view path, std::string_view member = {}) {
    std::vector<std::string> values;
    for (const Node& item : items(object, path))
        values.push_back(member.empty() ? shown(item) : text_at(item, member));
    return fmt::format("{}", fmt::join(values, ","));
}

void add_optional(Page& page, std::string_view name, const std::string& value) {
    if (!value.empty()) page.field(0, name, value);
}

void add_heading_of(Page& page, const Subject& subject) {
    const Node& object = subject.object;
    page.field(0, "Name", text_at(object, "metadata.name"));
    add_optional(page, "Namespace", text_at(object, "metadata.namespace"));
    add_map(page, 0, "Labels", find(object, "metadata.labels"), '=');
    add_map(page, 0, "Annotations", find(object, "metadata.annotations"), ':');
    add_deletion(page, subject);
}

std::size_t decoded_size(const Node& value) {
    const auto bytes = api::from_base64(shown(value));
    return bytes ? bytes->size() : 0;
}

void describe_config_map(Page& page, const Subject& subject) {
    add_heading_of(page, subject);
    page.line(0, "\nData\n====");
    for (const api::Member* member : sorted_members(subject.object, "data"))
        page.line(0, fmt::format("{}:\n----\n{}\n", member->key, shown(member->value)));
    page.line(0, "\nBinaryData\n====");
    for (const api::Member* member : sorted_members(subject.object, "binaryData"))
        page.line(0, fmt::format("{}: {} bytes", member->key, decoded_size(member->value)));
    page.line(0, "");
    add_events(page, subject);
}

void describe_secret(Page& page, const Subject& subject) {
    add_heading_of(page, subject);
    page.line(0, "");
    page.field(0, "Type", text_at(subject.object, "type"));
    page.line(0, "\nData\n====");
    for (const api::Member* member : sorted_members(subject.object, "data"))
        page.field(0, member->key, fmt::format("{} bytes", decoded_size(member->value)));
}

void add_lines(Page& page, std::string_view name, const std::vector<std::string>& lines) {
    if (lines.empty()) return page.field(0, name, nothing_shown);
    std::string heading = fmt::format("{}:", name);
    for (const std::string& line : lines) {
        page.line(0, fmt::format("{}\t{}", heading, line));
        heading.clear();
    }
}

void describe_service_account(Page& page, const Subject& subject) {
    std::set<std::string> known;
    std::vector<std::string> tokens;
    for (const Node& secret : subject.related) {
        const std::string name = text_at(secret, "metadata.name");
        known.insert(name);
        const Node* annotations = find(secret, "metadata.annotations");
        const Node* owner =
            annotations == nullptr ? nullptr : annotations->find("kubernetes.io/service-account.name");
        const bool own = owner != nullptr && shown(*owner) == text_at(subject.object, "metadata.name");
        if (own && text_at(secret, "type") == "kubernetes.io/service-account-token") tokens.push_back(name);
    }
    add_heading_of(page, subject);
    for (const auto& [name, path] :
         {std::pair{"Image pull secrets", "imagePullSecrets"}, {"Mountable secrets", "secrets"}}) {
        std::vector<std::string> lines;
        for (const Node& secret : items(subject.object, path)) {
            const std::string called = text_at(secret, "name");
            lines.push_back(called + (known.contains(called) ? "" : " (not found)"));
        }
        add_lines(page, name, lines);
    }
    add_lines(page, "Tokens", tokens);
    add_events(page, subject);
}

/// Where the port of a Service leads to: at most three of the addresses.
std::string endpoints_of(const Subject& subject, const std::string& port_name) {
    constexpr std::size_t most = 3;
    std::vector<std::string> places;
    for (const Node& endpoints : subject.related) {
        for (const Node& subset : items(endpoints, "subsets")) {
            for (const Node& port : items(subset, "ports")) {
                if (text_at(port, "name") != port_name) continue;
                for (const Node& address : items(subset, "addresses")) {
                    const std::string ip = text_at(address, "ip");
                    places.push_back(fmt::format("{}:{}", ip.contains(':') ? "[" + ip + "]" : ip,
                                                 number_at(port, "port")));
                }
            }
        }
    }
    if (places.size() <= most) return or_nothing(fmt::format("{}", fmt::join(places, ",")));
    const std::size_t more = places.size() - most;
    places.resize(most);
    return fmt::format("{} + {} more...", fmt::join(places, ","), more);
}

void add_service_port(Page& page, const Subject& subject, const Node& port) {
    const std::string given = text_at(port, "name");
    const std::string name = given.empty() ? "<unset>" : given;
    const std::string protocol = text_at(port, "protocol");
    page.field(0, "Port", fmt::format("{}\t{}/{}", name, number_at(port, "port"), protocol));
    page.field(0, "TargetPort", fmt::format("{}/{}", number_at(port, "targetPort"), protocol));
    const std::string node_port = number_at(port, "nodePort");
    if (node_port != "0") page.field(0, "NodePort", fmt::format("{}\t{}/{}", name, node_port, protocol));
    page.field(0, "Endpoints", endpoints_of(subject, given));
}

void describe_service(Page& page, const Subject& subject) {
    const Node& service = subject.object;
    add_heading_of(page, subject);
    std::vector<std::string> selector;
    for (const api::Member* member : sorted_members(service, "spec.selector"))
        selector.push_back(member->key + "=" + shown(member->value));
    page.field(0, "Selector", or_nothing(fmt::format("{}", fmt::join(selector, ","))));
    page.field(0, "Type", text_at(service, "spec.type"));
    add_optional(page, "IP Family Policy", text_at(service, "spec.ipFamilyPolicy"));
    page.field(0, "IP Families", or_nothing(listed_values(service, "spec.ipFamilies")));
    page.field(0, "IP", text_at(service, "spec.clusterIP"));
    page.field(0, "IPs", or_nothing(listed_values(service, "spec.clusterIPs")));
    add_optional(page, "External IPs", listed_values(service, "spec.externalIPs"));
    add_optional(page, "External Name", text_at(service, "spec.externalName"));
    add_optional(page, "LoadBalancer Ingress", listed_values(service, "status.loadBalancer.ingress", "ip"));
    for (const Node& port : items(service, "spec.ports")) add_service_port(page, subject, port);
    page.field(0, "Session Affinity", text_at(service, "spec.sessionAffinity"));
    add_optional(page, "External Traffic Policy", text_at(service, "spec.externalTrafficPolicy"));
    add_optional(page, "Internal Traffic Policy", text_at(service, "spec.internalTrafficPolicy"));
    add_events(page, subject);
}

void describe_endpoints(Page& page, const Subject& subject) {
    add_heading_of(page, subject);
    page.line(0, "Subsets:");
    for (const Node& subset : items(subject.object, "subsets")) {
        page.field(1, "Addresses", or_nothing(listed_values(subset, "addresses", "ip")));
        page.field(1, "NotReadyAddresses", or_nothing(listed_values(subset, "notReadyAddresses", "ip")));
        if (!items(subset, "ports").empty()) {
            page.line(1, "Ports:");
            page.line(2, "Name\tPort\tProtocol");
            page.line(2, "----\t----\t--------");
        }
        for (const Node& port : items(subset, "ports")) {
            const std::string name = text_at(port, "name");
            page.line(2, fmt::format("{}\t{}\t{}", name.empty() ? "<unset>" : name, number_at(port, "port"),
                                     text_at(port, "protocol")));
        }
        page.line(0, "");
    }
    add_events(page, subject);
}

std::string_view scope_help(const std::string& scope) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
        {{"Terminating",
          "Matches all pods that have an active deadline. These pods have a limited lifespan on a node "
          "before "
          "being actively terminated by the system."},
         {"NotTerminating",
          "Matches all pods that do not have an active deadline. These pods usually include long running "
          "pods "
          "whose container command is not expected to terminate."},
         {"BestEffort",
          "Matches all pods that do not have resource requirements set. These pods have a best effort "
          "quality "
          "of service."},
         {"NotBestEffort",
          "Matches all pods that have at least one resource requirement set. These pods have a burstable or "
          "guaranteed quality of service."}}};
    const auto found = std::ranges::find(known, scope, &std::pair<std::string_view, std::string_view>::first);
    return found == known.end() ? std::string_view{} : found->second;
}

void add_quota(Page& page, const Node& quota, std::string_view margin, std::string_view rule) {
    std::vector<std::string> scopes;
    for (const Node& scope : items(quota, "spec.scopes")) scopes.push_back(shown(scope));
    std::ranges::sort(scopes);
    if (!scopes.empty()) page.line(0, fmt::format("{}Scopes:\t{}", margin, fmt::join(scopes, ", ")));
    for (const std::string& scope : scopes) {
        const std::string_view help = scope_help(scope);
        if (!help.empty()) page.line(0, fmt::format("{}* {}", margin.empty() ? " " : margin, help));
    }
    page.line(0, fmt::format("{}Resource\tUsed\tHard", margin));
    page.line(0, fmt::format("{0}--------\t{1}\t{1}", margin, rule));
    const Node* used = find(quota, "status.used");
    for (const api::Member* hard : sorted_members(quota, "status.hard")) {
        const Node* amount = used == nullptr ? nullptr : used->find(hard->key);
        page.line(0, fmt::format("{}{}\t{}\t{}", margin, hard->key, amount == nullptr ? "0" : shown(*amount),
                                 shown(hard->value)));
    }
}

void add_limits(Page& page, const Node& range, std::string_view margin) {
    constexpr std::array<const char*, 5> columns{"min", "max", "defaultRequest", "default",
                                                 "maxLimitRequestRatio"};
    for (const Node& limit : items(range, "spec.limits")) {
        std::set<std::string> resources;
        for (const char* column : columns) {
            for (const api::Member* member : sorted_members(limit, column)) resources.insert(member->key);
        }
        for (const std::string& resource : resources) {
            std::string line = fmt::format("{}{}\t{}", margin, text_at(limit, "type"), resource);
            for (const char* column : columns) {
                const Node* values = limit.find(column);
                const Node* value = values == nullptr ? nullptr : values->find(resource);
                line += "\t" + (value == nullptr ? "-" : shown(*value));
            }
            page.line(0, line);
        }
    }
}

void add_limits_heading(Page& page, std::string_view margin) {
    page.line(0, fmt::format("{}Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request "
                             "Ratio",
                             margin));
    page.line(0, fmt::format("{}----\t--------\t---\t---\t---------------\t-------------\t"
                             "-----------------------",
                             margin));
}

void add_name(Page& page, const Subject& subject) {
    page.field(0, "Name", text_at(subject.object, "metadata.name"));
    page.field(0, "Namespace", text_at(subject.object, "metadata.namespace"));
}

void describe_quota(Page& page, const Subject& subject) {
    add_name(page, subject);
    add_quota(page, subject.object, "", "----");
}

void describe_limit_range(Page& page, const Subject& subject) {
    add_name(page, subject);
    add_limits_heading(page, "");
    add_limits(page, subject.object, "");
}

std::vector<const Node*> related_of_kind(const Subject& subject, std::string_view kind) {
    std::vector<const Node*> found;
    for (const Node& one : subject.related) {
        if (text_at(one, "kind") == kind) found.push_back(&one);
    }
    return found;
}

void describe_namespace(Page& page, const Subject& subject) {
    add_heading_of(page, subject);
    page.field(0, "Status", text_at(subject.object, "status.phase"));
    const auto quotas = related_of_kind(subject, "ResourceQuota");
    page.line(0, quotas.empty() ? "\nNo resource quota." : "\nResource Quotas");
    for (const Node* quota : quotas) {
        page.line(1, "Name:\t" + text_at(*quota, "metadata.name"));
        add_quota(page, *quota, "  ", "---");
    }
    const auto ranges = related_of_kind(subject, "LimitRange");
    page.line(0, ranges.empty() ? "\nNo LimitRange resource." : "\nResource Limits");
    if (!ranges.empty()) add_limits_heading(page, " ");
    for (const Node* range : ranges) add_limits(page, *range, " ");
}

void describe_priority_class(Page& page, const Subject& subject) {
    const Node& object = subject.object;
    page.field(0, "Name", text_at(object, "metadata.name"));
    page.field(0, "Value", number_at(object, "value"));
    page.field(0, "GlobalDefault", is_true(object, "globalDefault") ? "true" : "false");
    page.field(0, "PreemptionPolicy", text_at(object, "preemptionPolicy"));
    page.field(0, "Description", text_at(object, "description"));
    add_map(page, 0, "Annotations", find(object, "metadata.annotations"), '=');
    add_events(page, subject);
}

struct KindLayout {
    std::string_view api_version;
    std::string_view kind;
    void (*describe)(Page&, const Subject&);
};
constexpr std::array<KindLayout, 9> layouts{
    {{"v1", "ConfigMap", describe_config_map},
     {"v1", "Secret", describe_secret},
     {"v1", "ServiceAccount", describe_service_account},
     {"v1", "Service", describe_service},
     {"v1", "Endpoints", describe_endpoints},
     {"v1", "ResourceQuota", describe_quota},
     {"v1", "LimitRange", describe_limit_range},
     {"v1", "Namespace", describe_namespace},
     {"scheduling.k8s.io/v1", "PriorityClass", describe_priority_class}}};

}  // namespace

std::string describe(const Subject& subject) {
    const std::string version = text_at(subject.object, "apiVersion");
    const std::string kind = text_at(subject.object, "kind");
    if (version == "v1" && kind == "Pod") return describe_pod(subject);
    for (const KindLayout& layout : layouts) {
        if (layout.api_version != version || layout.kind != kind) continue;
        Page page;
        layout.describe(page, subject);
        return page.text();
    }
    return describe_object(subject);
}

}  // namespace hooklet::client
