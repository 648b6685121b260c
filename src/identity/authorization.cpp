// SPDX-License-Identifier: Apache-2.0
#include "identity/authorization.hpp"

#include "api/issue.hpp"
#include "base/contains.hpp"

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

/// For `get`, also before there are any roles.
constexpr std::array<std::string_view, 3> health_paths = {"/healthz", "/livez", "/readyz"};

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

bool allowed_to_node(const Identity& who, const Attributes& what) {
    const std::string_view node = node_of(who);
    if (node.empty() || !who.in_group(authenticated_group)) return false;
    const std::string resource =
        what.subresource.empty() ? what.resource : what.resource + "/" + what.subresource;
    return std::ranges::any_of(node_rules, [&](const Rule& rule) {
        return rule.group == what.group && lists(rule.resources, resource) && lists(rule.verbs, what.verb) &&
               holds_at(rule.place, node, what);
    });
}

bool allowed_anyway(const Identity& who, const Attributes& what) {
    if (who.in_group(masters_group)) return true;
    if (what.resource.empty()) return what.verb == "get" && contains(health_paths, what.path);
    return allowed_to_node(who, what);
}

std::vector<std::string> words_of(std::string_view words) {
    std::vector<std::string> all;
    for (const auto& one : std::views::split(words, ' ')) all.emplace_back(one.begin(), one.end());
    return all;
}

void add_node_rules(std::string_view node, std::string_view namespace_, Rules& into) {
    for (const Rule& rule : node_rules) {
        if (rule.place == Place::own_lease && namespace_ != lease_namespace) continue;
        // Such rules have no words for any one object.
        if (rule.place == Place::one) continue;
        into.resources.push_back({.verbs = words_of(rule.verbs),
                                  .groups = {std::string(rule.group)},
                                  .resources = words_of(rule.resources)});
        if (rule.place != Place::anywhere) into.resources.back().names = {std::string(node)};
    }
}

void add_rule(const api::PolicyRule& rule, Rules& into) {
    if (!rule.resources.empty())
        into.resources.push_back({rule.verbs, rule.apiGroups, rule.resources, rule.resourceNames});
    if (!rule.nonResourceURLs.empty()) into.paths.push_back({rule.verbs, rule.nonResourceURLs});
}

std::string no_role(const api::RoleRef& role) {
    return fmt::format("{}.rbac.authorization.k8s.io {} not found",
                       role.kind == "Role" ? "role" : "clusterrole", api::quote(role.name));
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

Decision authorize(const Identity& who, const Attributes& what, const Roles& roles) {
    if (allowed_anyway(who, what)) return {.allowed = true};
    std::vector<std::string> errors;
    for (const HeldRole& held : roles.held_by(who, what.namespace_)) {
        if (held.rules == nullptr) {
            errors.push_back(no_role(*held.role));
            continue;
        }
        const auto allowing = [&what](const api::PolicyRule& rule) { return allows(rule, what); };
        if (std::ranges::any_of(*held.rules, allowing))
            return {.allowed = true, .reason = "RBAC: allowed by " + held.source()};
    }
    if (errors.empty()) return {.message = refusal(who, what)};
    const std::string reason = "RBAC: " + joined_errors(errors);
    return {.message = fmt::format("{}: {}", refusal(who, what), reason), .reason = reason};
}

Rules rules_of(const Identity& who, const std::string& namespace_, const Roles& roles) {
    Rules rules;
    std::vector<std::string> errors;
    for (const HeldRole& held : roles.held_by(who, namespace_)) {
        if (held.rules == nullptr) {
            errors.push_back(no_role(*held.role));
            continue;
        }
        for (const api::PolicyRule& rule : *held.rules) add_rule(rule, rules);
    }
    const std::string_view node = node_of(who);
    if (!node.empty() && who.in_group(authenticated_group)) add_node_rules(node, namespace_, rules);
    if (!errors.empty()) rules.error = joined_errors(errors);
    return rules;
}

}  // namespace hooklet::identity
