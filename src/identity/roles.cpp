// SPDX-License-Identifier: Apache-2.0
#include "identity/roles.hpp"

#include "api/issue.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::identity {

namespace {

constexpr std::string_view everything = "*";

bool names_value(const std::vector<std::string>& values, std::string_view value) {
    return std::ranges::any_of(values,
                               [value](std::string_view one) { return one == everything || one == value; });
}

bool names_resource(const std::vector<std::string>& resources, const Attributes& what) {
    if (what.subresource.empty()) return names_value(resources, what.resource);
    return names_value(resources, what.resource + "/" + what.subresource) ||
           contains(resources, "*/" + what.subresource);
}

bool names_path(const std::vector<std::string>& paths, std::string_view path) {
    return std::ranges::any_of(paths, [path](std::string_view one) {
        if (!one.ends_with('*')) return path == one;
        while (one.ends_with('*')) one.remove_suffix(1);
        return path.starts_with(one);
    });
}

bool is_meant(const api::Subject& subject, const Identity& who, const std::string& namespace_) {
    if (subject.kind == "User") return subject.name == who.username;
    if (subject.kind == "Group") return who.in_group(subject.name);
    if (subject.kind != "ServiceAccount") return false;
    const std::string& home = subject.namespace_.empty() ? namespace_ : subject.namespace_;
    return !home.empty() && who.username == fmt::format("system:serviceaccount:{}:{}", home, subject.name);
}

std::string shown_subject(const api::Subject& subject, const std::string& namespace_) {
    if (subject.kind != "ServiceAccount") return fmt::format("{} {}", subject.kind, api::quote(subject.name));
    const std::string& home = subject.namespace_.empty() ? namespace_ : subject.namespace_;
    return fmt::format("{} {}", subject.kind, api::quote(subject.name + "/" + home));
}

}  // namespace

bool allows(const api::PolicyRule& rule, const Attributes& what) {
    if (!names_value(rule.verbs, what.verb)) return false;
    if (what.resource.empty()) return names_path(rule.nonResourceURLs, what.path);
    return names_value(rule.apiGroups, what.group) && names_resource(rule.resources, what) &&
           (rule.resourceNames.empty() || contains(rule.resourceNames, what.name));
}

std::string HeldRole::source() const {
    const std::string name =
        namespace_.empty() ? std::string(binding) : fmt::format("{}/{}", binding, namespace_);
    return fmt::format("{} {} of {} {} to {}", namespace_.empty() ? "ClusterRoleBinding" : "RoleBinding",
                       api::quote(name), role->kind, api::quote(role->name),
                       shown_subject(*subject, namespace_));
}

void Roles::add(const api::Role& role) {
    roles_[{role.metadata.namespace_, role.metadata.name}] = role.rules;
}

void Roles::add(const api::ClusterRole& role) {
    roles_[{"", role.metadata.name}] = role.rules;
}

void Roles::add(api::RoleBinding binding) {
    bindings_[{binding.metadata.namespace_, binding.metadata.name}] = {std::move(binding.roleRef),
                                                                       std::move(binding.subjects)};
}

void Roles::add(api::ClusterRoleBinding binding) {
    bindings_[{"", binding.metadata.name}] = {std::move(binding.roleRef), std::move(binding.subjects)};
}

const PolicyRules* Roles::rules_of(const api::RoleRef& role, const std::string& namespace_) const {
    const auto found = roles_.find({role.kind == "Role" ? namespace_ : "", role.name});
    return found == roles_.end() ? nullptr : &found->second;
}

std::vector<HeldRole> Roles::held_by(const Identity& who, const std::string& namespace_) const {
    std::vector<HeldRole> held;
    add_held(who, "", held);
    if (!namespace_.empty()) add_held(who, namespace_, held);
    return held;
}

void Roles::add_held(const Identity& who, const std::string& namespace_, std::vector<HeldRole>& into) const {
    const auto first = bindings_.lower_bound({namespace_, ""});
    for (auto it = first; it != bindings_.end() && it->first.namespace_ == namespace_; ++it) {
        const Binding& binding = it->second;
        const auto subject = std::ranges::find_if(
            binding.subjects, [&](const api::Subject& one) { return is_meant(one, who, namespace_); });
        if (subject == binding.subjects.end()) continue;
        into.push_back(
            {namespace_, it->first.name, &binding.role, &*subject, rules_of(binding.role, namespace_)});
    }
}

std::string joined_errors(const std::vector<std::string>& errors) {
    std::vector<std::string> different;
    for (const std::string& error : errors) {
        if (!contains(different, error)) different.push_back(error);
    }
    if (different.size() == 1) return different.front();
    return fmt::format("[{}]", fmt::join(different, ", "));
}

}  // namespace hooklet::identity
