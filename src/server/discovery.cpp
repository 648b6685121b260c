// SPDX-License-Identifier: Apache-2.0
#include "server/discovery.hpp"

#include "kinds/kind.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hooklet::server::discovery {

namespace {

using api::Node;
using kinds::Kind;

Node strings(const std::vector<std::string>& texts) {
    Node node = Node::array();
    for (const std::string& text : texts) node.push(Node(text));
    return node;
}

Node object(std::initializer_list<std::pair<const char*, Node>> members) {
    Node node = Node::object();
    for (const auto& [key, value] : members) node.set(key, value);
    return node;
}

/// Group and version of something that is found in another one's; empty where they are the same.
Node response_kind(const std::string& group, const std::string& version, const std::string& kind) {
    return object({{"group", Node(group)}, {"version", Node(version)}, {"kind", Node(kind)}});
}

/// The versions of all groups, in the order in which the kinds name them first.
std::vector<std::pair<std::string, std::string>> group_versions() {
    std::vector<std::pair<std::string, std::string>> found;
    for (const Kind& kind : kinds::all()) {
        std::pair<std::string, std::string> one{kind.group, kind.version};
        if (std::ranges::find(found, one) == found.end()) found.push_back(std::move(one));
    }
    return found;
}

Node aggregated_resource(const Kind& kind) {
    Node node = object({{"resource", Node(kind.plural)},
                        {"responseKind", response_kind("", "", kind.name)},
                        {"scope", Node(kind.namespaced ? "Namespaced" : "Cluster")},
                        {"singularResource", Node(kind.singular)},
                        {"verbs", strings(kind.verbs)}});
    if (!kind.short_names.empty()) node.set("shortNames", strings(kind.short_names));
    if (!kind.categories.empty()) node.set("categories", strings(kind.categories));
    for (const kinds::Subresource& part : kind.subresources) {
        if (node.find("subresources") == nullptr) node.set("subresources", Node::array());
        const std::string& name = part.kind.empty() ? kind.name : part.kind;
        node.find("subresources")
            ->push(object({{"subresource", Node(part.name)},
                           {"responseKind", response_kind(part.group, part.version, name)},
                           {"verbs", strings(part.verbs)}}));
    }
    return node;
}

Node aggregated_version(const std::string& group, const std::string& version) {
    Node resources = Node::array();
    for (const Kind& kind : kinds::all()) {
        if (kind.group == group && kind.version == version) resources.push(aggregated_resource(kind));
    }
    return object(
        {{"version", Node(version)}, {"freshness", Node("Current")}, {"resources", std::move(resources)}});
}

Node group_version(const std::string& group, const std::string& version) {
    return object({{"groupVersion", Node(group + "/" + version)}, {"version", Node(version)}});
}

/// One group with its versions; the first is the preferred one.
Node group_node(const std::string& group) {
    Node versions = Node::array();
    for (const auto& [name, version] : group_versions()) {
        if (name == group) versions.push(group_version(group, version));
    }
    const Node preferred = versions.as_array()->front();
    return object(
        {{"name", Node(group)}, {"versions", std::move(versions)}, {"preferredVersion", preferred}});
}

Node legacy_resource(const std::string& name, const std::string& singular, bool namespaced,
                     const std::string& kind, const std::vector<std::string>& verbs) {
    return object({{"name", Node(name)},
                   {"singularName", Node(singular)},
                   {"namespaced", Node(namespaced)},
                   {"kind", Node(kind)},
                   {"verbs", strings(verbs)}});
}

void add_legacy(Node& resources, const Kind& kind) {
    Node node = legacy_resource(kind.plural, kind.singular, kind.namespaced, kind.name, kind.verbs);
    if (!kind.short_names.empty()) node.set("shortNames", strings(kind.short_names));
    if (!kind.categories.empty()) node.set("categories", strings(kind.categories));
    resources.push(std::move(node));
    for (const kinds::Subresource& part : kind.subresources) {
        Node sub = legacy_resource(kind.plural + "/" + part.name, "", kind.namespaced,
                                   part.kind.empty() ? kind.name : part.kind, part.verbs);
        if (!part.version.empty()) sub.set("group", Node(part.group));
        if (!part.version.empty()) sub.set("version", Node(part.version));
        resources.push(std::move(sub));
    }
}

}  // namespace

bool wants_aggregated(std::string_view accept) {
    return accept.find("g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList") != std::string_view::npos;
}

Node aggregated(bool core) {
    Node items = Node::array();
    for (const auto& [group, version] : group_versions()) {
        if (group.empty() != core) continue;
        Node* known = nullptr;
        for (Node& item : *items.as<Node::Array>()) {
            const Node* name = item.find("metadata")->find("name");
            if ((name == nullptr ? "" : *name->as_string()) == group) known = &item;
        }
        if (known != nullptr) {
            known->find("versions")->push(aggregated_version(group, version));
            continue;
        }
        Node metadata = Node::object();
        if (!core) metadata.set("name", Node(group));
        Node versions = Node::array();
        versions.push(aggregated_version(group, version));
        items.push(object({{"metadata", std::move(metadata)}, {"versions", std::move(versions)}}));
    }
    return object({{"kind", Node("APIGroupDiscoveryList")},
                   {"apiVersion", Node("apidiscovery.k8s.io/v2")},
                   {"metadata", Node::object()},
                   {"items", std::move(items)}});
}

Node api_versions(std::string_view server_address) {
    Node addresses = Node::array();
    addresses.push(object({{"clientCIDR", Node("0.0.0.0/0")}, {"serverAddress", Node(server_address)}}));
    return object({{"kind", Node("APIVersions")},
                   {"versions", strings({"v1"})},
                   {"serverAddressByClientCIDRs", std::move(addresses)}});
}

Node api_groups() {
    Node groups = Node::array();
    std::vector<std::string> seen;
    for (const auto& [group, version] : group_versions()) {
        if (group.empty() || std::ranges::find(seen, group) != seen.end()) continue;
        seen.push_back(group);
        groups.push(group_node(group));
    }
    return object(
        {{"kind", Node("APIGroupList")}, {"apiVersion", Node("v1")}, {"groups", std::move(groups)}});
}

Node api_group(std::string_view group) {
    const auto all = group_versions();
    const bool known =
        !group.empty() && std::ranges::any_of(all, [group](const auto& one) { return one.first == group; });
    if (!known) return {};
    Node out = object({{"kind", Node("APIGroup")}, {"apiVersion", Node("v1")}});
    const Node described = group_node(std::string(group));
    for (const api::Member& member : *described.as_object()) out.set(member.key, member.value);
    return out;
}

Node api_resources(std::string_view group, std::string_view version) {
    Node resources = Node::array();
    std::string api_version;
    for (const Kind& kind : kinds::all()) {
        if (kind.group != group || kind.version != version) continue;
        api_version = kind.api_version();
        add_legacy(resources, kind);
    }
    if (api_version.empty()) return {};
    return object({{"kind", Node("APIResourceList")},
                   {"apiVersion", Node("v1")},
                   {"groupVersion", Node(api_version)},
                   {"resources", std::move(resources)}});
}

}  // namespace hooklet::server::discovery
