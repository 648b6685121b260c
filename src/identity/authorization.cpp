// SPDX-License-Identifier: Apache-2.0
#include "identity/authorization.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>

#include <fmt/format.h>

namespace hooklet::identity {

namespace {

/// Where a rule holds.
enum class Place {
    anywhere,
    own_node,   ///< Objects that have the node's name.
    own_lease,  ///< The same, in the namespace of the nodes' leases.
    one,        ///< A single object of a namespace, named by a field selector.
};

/// Words are separated by spaces.
struct Rule {
    std::string_view group;
    std::string_view resources;  ///< With their subresource: `pods/status`.
    std::string_view verbs;
    Place place = Place::anywhere;
};

constexpr std::string_view read = "get list watch";
constexpr std::string_view lease_namespace = "kube-node-lease";

constexpr std::array<Rule, 2> authenticated_rules = {{
    {"authentication.k8s.io", "selfsubjectreviews", "create"},
    {"authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", "create"},
}};

constexpr std::array<Rule, 18> node_rules = {{
    {"", "nodes", read},
    {"", "nodes", "create update patch delete", Place::own_node},
    {"", "nodes/status", "update patch", Place::own_node},
    {"", "pods", "get list watch create delete"},
    {"", "pods/status", "update patch"},
    {"", "pods/eviction", "create"},
    {"", "configmaps secrets", "get"},
    {"", "configmaps secrets", "list watch", Place::one},
    {"", "services", read},
    {"", "persistentvolumes persistentvolumeclaims", read},
    {"", "serviceaccounts", "get"},
    {"", "serviceaccounts/token", "create"},
    {"", "events", "create update patch"},
    {"events.k8s.io", "events", "create update patch"},
    {"coordination.k8s.io", "leases", "get create update patch delete", Place::own_lease},
    {"node.k8s.io", "runtimeclasses", read},
    {"authentication.k8s.io", "tokenreviews", "create"},
    {"authorization.k8s.io", "subjectaccessreviews localsubjectaccessreviews", "create"},
}};

/// A path ends with `*` when all that begins so is meant. All for `get` only.
constexpr std::array<std::string_view, 5> public_paths = {"/healthz", "/livez", "/readyz", "/version",
                                                          "/version/"};
constexpr std::array<std::string_view, 6> discovery_paths = {"/api",    "/api/*",   "/apis",
                                                             "/apis/*", "/openapi", "/openapi/*"};

bool lists(std::string_view words, std::string_view word) {
    return std::ranges::any_of(std::views::split(words, ' '), [word](const auto& one) {
        return std::string_view(one.begin(), one.end()) == word;
    });
}

bool holds_at(Place place, std::string_view node, const Attributes& what) {
    if (place == Place::one) return !what.name.empty() && !what.namespace_.empty();
    if (place == Place::own_lease && what.namespace_ != lease_namespace) return false;
    // The name of what is created stands in the object.
    return place == Place::anywhere || what.name == node || (what.name.empty() && what.verb == "create");
}

template <std::size_t Size>
bool allowed_by(const std::array<Rule, Size>& rules, std::string_view node, const Attributes& what) {
    const std::string resource =
        what.subresource.empty() ? what.resource : what.resource + "/" + what.subresource;
    return std::ranges::any_of(rules, [&](const Rule& rule) {
        return rule.group == what.group && lists(rule.resources, resource) && lists(rule.verbs, what.verb) &&
               holds_at(rule.place, node, what);
    });
}

template <std::size_t Size>
bool among(const std::array<std::string_view, Size>& paths, std::string_view path) {
    return std::ranges::any_of(paths, [path](std::string_view one) {
        if (one.ends_with('*')) return path.starts_with(one.substr(0, one.size() - 1));
        return path == one;
    });
}

bool path_allowed(const Identity& who, const Attributes& what) {
    if (what.verb != "get") return false;
    return among(public_paths, what.path) ||
           (who.in_group(authenticated_group) && among(discovery_paths, what.path));
}

bool resource_allowed(const Identity& who, const Attributes& what) {
    if (!who.in_group(authenticated_group)) return false;
    if (allowed_by(authenticated_rules, {}, what)) return true;
    const std::string_view node = node_of(who);
    return !node.empty() && allowed_by(node_rules, node, what);
}

std::vector<std::string> words_of(std::string_view words) {
    std::vector<std::string> all;
    for (const auto& one : std::views::split(words, ' ')) all.emplace_back(one.begin(), one.end());
    return all;
}

template <std::size_t Size>
void add_rules(const std::array<Rule, Size>& rules, std::string_view node, std::string_view namespace_,
               Rules& into) {
    for (const Rule& rule : rules) {
        if (rule.place == Place::own_lease && namespace_ != lease_namespace) continue;
        // Such rules have no words for any one object.
        if (rule.place == Place::one) continue;
        into.resources.push_back({.verbs = words_of(rule.verbs),
                                  .groups = {std::string(rule.group)},
                                  .resources = words_of(rule.resources)});
        if (rule.place != Place::anywhere) into.resources.back().names = {std::string(node)};
    }
}

template <std::size_t Size>
void add_paths(const std::array<std::string_view, Size>& paths, Rules& into) {
    into.paths.push_back({.verbs = {"get"}, .paths = {paths.begin(), paths.end()}});
}

std::string refusal(const Identity& who, const Attributes& what) {
    if (what.resource.empty()) {
        return fmt::format("forbidden: User \"{}\" cannot {} path \"{}\"", who.username, what.verb,
                           what.path);
    }
    const std::string object = what.group.empty() ? what.resource : what.resource + "." + what.group;
    return fmt::format("{}{} is forbidden: User \"{}\" cannot {} resource \"{}{}\" in API group \"{}\" {}",
                       object, what.name.empty() ? "" : fmt::format(" \"{}\"", what.name), who.username,
                       what.verb, what.resource, what.subresource.empty() ? "" : "/" + what.subresource,
                       what.group,
                       what.namespace_.empty() ? "at the cluster scope"
                                               : fmt::format("in the namespace \"{}\"", what.namespace_));
}

}  // namespace

Decision authorize(const Identity& who, const Attributes& what) {
    const bool allowed = who.in_group(masters_group) ||
                         (what.resource.empty() ? path_allowed(who, what) : resource_allowed(who, what));
    return {allowed, allowed ? "" : refusal(who, what)};
}

Rules rules_of(const Identity& who, std::string_view namespace_) {
    Rules rules;
    if (who.in_group(masters_group)) {
        rules.resources.push_back({.verbs = {"*"}, .groups = {"*"}, .resources = {"*"}});
        rules.paths.push_back({.verbs = {"*"}, .paths = {"*"}});
    }
    const bool known = who.in_group(authenticated_group);
    if (known) add_rules(authenticated_rules, {}, namespace_, rules);
    if (const std::string_view node = node_of(who); known && !node.empty())
        add_rules(node_rules, node, namespace_, rules);
    add_paths(public_paths, rules);
    if (known) add_paths(discovery_paths, rules);
    return rules;
}

}  // namespace hooklet::identity
