// SPDX-License-Identifier: Apache-2.0
#include "identity/escalation.hpp"

#include "api/issue.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::identity {

namespace {

using Texts = std::vector<std::string>;

/// Rules that allow one thing each.
PolicyRules broken_down(const api::PolicyRule& rule) {
    PolicyRules all;
    const Texts names = rule.resourceNames.empty() ? Texts{""} : rule.resourceNames;
    for (const std::string& group : rule.apiGroups) {
        for (const std::string& resource : rule.resources) {
            for (const std::string& verb : rule.verbs) {
                for (const std::string& name : names) {
                    all.push_back({.verbs = {verb}, .apiGroups = {group}, .resources = {resource}});
                    if (!rule.resourceNames.empty()) all.back().resourceNames = {name};
                }
            }
        }
    }
    for (const std::string& path : rule.nonResourceURLs) {
        for (const std::string& verb : rule.verbs)
            all.push_back({.verbs = {verb}, .nonResourceURLs = {path}});
    }
    return all;
}

bool covers_name(const Texts& held, const std::string& wanted) {
    return contains(held, "*") || contains(held, wanted);
}

bool covers_resource(const Texts& held, const std::string& wanted) {
    if (covers_name(held, wanted)) return true;
    const std::size_t slash = wanted.find('/');
    return slash != std::string::npos && contains(held, "*" + wanted.substr(slash));
}

bool covers_path(const Texts& held, std::string_view wanted) {
    return std::ranges::any_of(held, [wanted](std::string_view one) {
        if (!one.ends_with('*') || one == wanted) return one == wanted;
        while (one.ends_with('*')) one.remove_suffix(1);
        return wanted.starts_with(one);
    });
}

/// `one` allows one thing.
bool covers(const api::PolicyRule& held, const api::PolicyRule& one) {
    if (!covers_name(held.verbs, one.verbs.front())) return false;
    if (!one.nonResourceURLs.empty()) return covers_path(held.nonResourceURLs, one.nonResourceURLs.front());
    const bool any_name = held.resourceNames.empty();
    return covers_name(held.apiGroups, one.apiGroups.front()) &&
           covers_resource(held.resources, one.resources.front()) &&
           (any_name ||
            (!one.resourceNames.empty() && contains(held.resourceNames, one.resourceNames.front())));
}

/// Those of one resource, and of no object in particular, are put together.
PolicyRules compacted(const PolicyRules& rules) {
    PolicyRules all;
    for (const api::PolicyRule& rule : rules) {
        const auto same = std::ranges::find_if(all, [&rule](const api::PolicyRule& other) {
            return !rule.resources.empty() && rule.resourceNames.empty() && other.resourceNames.empty() &&
                   rule.apiGroups == other.apiGroups && rule.resources == other.resources;
        });
        if (same == all.end()) {
            all.push_back(rule);
        } else {
            same->verbs.insert(same->verbs.end(), rule.verbs.begin(), rule.verbs.end());
        }
    }
    return all;
}

/// `["a" "b"]`
std::string list_of(const Texts& texts) {
    Texts quoted;
    for (const std::string& text : texts) quoted.push_back(api::quote(text));
    return fmt::format("[{}]", fmt::join(quoted, " "));
}

std::string shown(const api::PolicyRule& rule) {
    Texts parts;
    for (const auto& [name, values] : {std::pair{"APIGroups", &rule.apiGroups},
                                       {"Resources", &rule.resources},
                                       {"NonResourceURLs", &rule.nonResourceURLs},
                                       {"ResourceNames", &rule.resourceNames},
                                       {"Verbs", &rule.verbs}}) {
        if (!values->empty()) parts.push_back(fmt::format("{}:{}", name, list_of(*values)));
    }
    return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

}  // namespace

PolicyRules uncovered(const PolicyRules& held, const PolicyRules& wanted) {
    PolicyRules missing;
    for (const api::PolicyRule& rule : wanted) {
        for (api::PolicyRule& one : broken_down(rule)) {
            const bool covered =
                std::ranges::any_of(held, [&one](const api::PolicyRule& own) { return covers(own, one); });
            if (!covered) missing.push_back(std::move(one));
        }
    }
    return missing;
}

std::string escalation(const Identity& who, const std::string& namespace_, const Roles& roles,
                       const PolicyRules& wanted) {
    PolicyRules held;
    Texts errors;
    for (const HeldRole& role : roles.held_by(who, namespace_)) {
        if (role.rules != nullptr) {
            held.insert(held.end(), role.rules->begin(), role.rules->end());
        } else {
            errors.push_back(fmt::format("{}.rbac.authorization.k8s.io {} not found",
                                         role.role->kind == "Role" ? "roles" : "clusterroles",
                                         api::quote(role.role->name)));
        }
    }
    std::set<std::string> lines;
    for (const api::PolicyRule& rule : compacted(uncovered(held, wanted))) lines.insert(shown(rule));
    if (lines.empty()) return "";
    return fmt::format(
        "user {} (groups={}) is attempting to grant RBAC permissions not currently held:\n{}{}",
        api::quote(who.username), list_of(who.groups), fmt::join(lines, "\n"),
        errors.empty() ? "" : fmt::format("; resolution errors: [{}]", joined_errors(errors)));
}

}  // namespace hooklet::identity
