// SPDX-License-Identifier: Apache-2.0
#include "api/rbac_types.hpp"
#include "api/validation/rbac.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::kinds {

namespace {

template <class AnyRole>
Row role_row(const AnyRole& role, WallTime /*now*/) {
    return row_of(role.metadata.name, rfc3339(role.metadata.creationTimestamp.at));
}

/// The names of the subjects of that kind.
std::string subjects_of(const std::vector<api::Subject>& subjects, std::string_view kind) {
    std::vector<std::string> names;
    for (const api::Subject& subject : subjects) {
        if (subject.kind != kind) continue;
        names.push_back(kind == "ServiceAccount" ? subject.namespace_ + "/" + subject.name : subject.name);
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

template <class AnyBinding>
Row role_binding_row(const AnyBinding& binding, WallTime now) {
    return row_of(binding.metadata.name, binding.roleRef.kind + "/" + binding.roleRef.name,
                  age_cell(binding.metadata, now), subjects_of(binding.subjects, "User"),
                  subjects_of(binding.subjects, "Group"), subjects_of(binding.subjects, "ServiceAccount"));
}

template <class AnyRole>
Kind role_kind(std::string name, bool namespaced, std::vector<Column> columns,
               const Behaviour<AnyRole>& behaviour) {
    std::string singular = lower_case(name);
    return kind_of<AnyRole>({.group = "rbac.authorization.k8s.io",
                             .name = std::move(name),
                             .plural = singular + "s",
                             .singular = std::move(singular),
                             .namespaced = namespaced,
                             .verbs = every_verb,
                             .create_on_update = true,
                             .columns = std::move(columns)},
                            behaviour);
}

template <class AnyRole>
Kind rules_kind(std::string name, bool namespaced) {
    return role_kind<AnyRole>(std::move(name), namespaced,
                              {name_column(), {.name = "Created At", .type = "date"}},
                              {.validate = api::validate, .row = role_row<AnyRole>});
}

template <class AnyBinding>
Kind binding_kind(std::string name, bool namespaced) {
    return role_kind<AnyBinding>(
        std::move(name), namespaced,
        {name_column(), column("Role"), age_column(), wide("Users"), wide("Groups"), wide("ServiceAccounts")},
        {.set_defaults = api::set_defaults,
         .validate = api::validate,
         .validate_update = of_object<AnyBinding, api::validate_update>,
         .row = role_binding_row<AnyBinding>});
}

}  // namespace

std::vector<Kind> role_kinds() {
    return {binding_kind<api::ClusterRoleBinding>("ClusterRoleBinding", false),
            rules_kind<api::ClusterRole>("ClusterRole", false),
            binding_kind<api::RoleBinding>("RoleBinding", true), rules_kind<api::Role>("Role", true)};
}

}  // namespace hooklet::kinds
