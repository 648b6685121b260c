// SPDX-License-Identifier: Apache-2.0
#include "api/validation/rbac.hpp"

#include "api/defaults.hpp"
#include "api/validation/parts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";
constexpr std::string_view account_kind = "ServiceAccount";

/// Roles and bindings may be called whatever can be part of a path.
Problems path_segment(std::string_view name) {
    Problems problems;
    for (const std::string_view dots : {".", ".."}) {
        if (name == dots) return {fmt::format("may not be '{}'", dots)};
    }
    for (const char illegal : {'/', '%'}) {
        if (name.contains(illegal)) problems.push_back(fmt::format("may not contain '{}'", illegal));
    }
    return problems;
}

void check_rule(const PolicyRule& rule, bool of_namespace, const std::string& path, Issues& issues) {
    const auto require = [&](const std::vector<std::string>& values, std::string_view field,
                             std::string_view why) {
        if (values.empty()) issues.push_back(issue::required(fmt::format("{}.{}", path, field), why));
    };
    require(rule.verbs, "verbs", "verbs must contain at least one value");
    if (rule.nonResourceURLs.empty()) {
        require(rule.apiGroups, "apiGroups", "resource rules must supply at least one api group");
        require(rule.resources, "resources", "resource rules must supply at least one resource");
        return;
    }
    const auto refuse = [&](std::string_view why) {
        issues.push_back(issue::invalid_raw(path + ".nonResourceURLs", list_text(rule.nonResourceURLs), why));
    };
    if (of_namespace) refuse("namespaced rules cannot apply to non-resource URLs");
    if (!rule.apiGroups.empty() || !rule.resources.empty() || !rule.resourceNames.empty())
        refuse("rules cannot apply to both regular resources and non-resource URLs");
}

template <class AnyRole>
Issues validate_role(const AnyRole& role, bool of_namespace) {
    Issues issues;
    check_metadata(role.metadata, issues, path_segment);
    for (std::size_t i = 0; i < role.rules.size(); ++i)
        check_rule(role.rules[i], of_namespace, at("rules", i), issues);
    return issues;
}

void check_subject(const Subject& subject, bool of_namespace, const std::string& path, Issues& issues) {
    if (subject.name.empty()) issues.push_back(issue::required(path + ".name"));
    const bool account = subject.kind == account_kind;
    if (!account && subject.kind != "User" && subject.kind != "Group") {
        issues.push_back(issue::not_supported(path + ".kind", subject.kind, {account_kind, "User", "Group"}));
        return;
    }
    if (account && !subject.name.empty())
        add_problems(dns_subdomain(subject.name), path + ".name", subject.name, issues);
    if (!account && subject.name.empty()) {
        issues.push_back(issue::invalid_text(
            path + ".name", "",
            subject.kind == "User" ? "user name cannot be empty" : "group name cannot be empty"));
    }
    const std::string_view group = account ? "" : rbac_group;
    if (subject.apiGroup != group)
        issues.push_back(issue::not_supported(path + ".apiGroup", subject.apiGroup, {group}));
    if (account && !of_namespace && subject.namespace_.empty())
        issues.push_back(issue::required(path + ".namespace"));
}

void check_role_ref(const RoleRef& role, const std::vector<std::string_view>& kinds, Issues& issues) {
    if (role.apiGroup != rbac_group)
        issues.push_back(issue::not_supported("roleRef.apiGroup", role.apiGroup, {rbac_group}));
    if (std::ranges::find(kinds, role.kind) == kinds.end())
        issues.push_back(issue::not_supported("roleRef.kind", role.kind, kinds));
    if (role.name.empty()) issues.push_back(issue::required("roleRef.name"));
    add_problems(path_segment(role.name), "roleRef.name", role.name, issues);
}

template <class Binding>
Issues validate_binding(const Binding& binding, bool of_namespace,
                        const std::vector<std::string_view>& kinds) {
    Issues issues;
    check_metadata(binding.metadata, issues, path_segment);
    check_role_ref(binding.roleRef, kinds, issues);
    for (std::size_t i = 0; i < binding.subjects.size(); ++i)
        check_subject(binding.subjects[i], of_namespace, at("subjects", i), issues);
    return issues;
}

template <class Binding>
Issues validate_binding_update(const Binding& next, const Binding& old) {
    Issues issues = validate(next);
    if (next.roleRef == old.roleRef) return issues;
    // Kubernetes shows its inner form.
    const std::string shown =
        fmt::format(R"({{"APIGroup":{},"Kind":{},"Name":{}}})", quote(next.roleRef.apiGroup),
                    quote(next.roleRef.kind), quote(next.roleRef.name));
    issues.push_back(issue::invalid_raw("roleRef", shown, "cannot change roleRef"));
    return issues;
}

template <class Binding>
void set_groups(Binding& binding) {
    set_table_defaults(binding);
    for (Subject& subject : binding.subjects) {
        const bool has_group = subject.kind == "User" || subject.kind == "Group";
        if (has_group && subject.apiGroup.empty()) subject.apiGroup = rbac_group;
    }
}

}  // namespace

void set_defaults(RoleBinding& binding) {
    set_groups(binding);
}

void set_defaults(ClusterRoleBinding& binding) {
    set_groups(binding);
}

Issues validate(const Role& role) {
    return validate_role(role, true);
}

Issues validate(const ClusterRole& role) {
    Issues issues = validate_role(role, false);
    if (!role.aggregationRule) return issues;
    const auto& selectors = role.aggregationRule->clusterRoleSelectors;
    const std::string path = "aggregationRule.clusterRoleSelectors";
    if (selectors.empty()) {
        issues.push_back(
            issue::required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
    }
    for (std::size_t i = 0; i < selectors.size(); ++i) check_selector(selectors[i], at(path, i), issues);
    return issues;
}

Issues validate(const RoleBinding& binding) {
    return validate_binding(binding, true, {"Role", "ClusterRole"});
}

Issues validate(const ClusterRoleBinding& binding) {
    return validate_binding(binding, false, {"ClusterRole"});
}

Issues validate_update(const RoleBinding& next, const RoleBinding& old) {
    return validate_binding_update(next, old);
}

Issues validate_update(const ClusterRoleBinding& next, const ClusterRoleBinding& old) {
    return validate_binding_update(next, old);
}

}  // namespace hooklet::api
