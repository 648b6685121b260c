// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/rbac_types.hpp"
#include "identity/identity.hpp"

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::identity {

/// What somebody wants to do: with a resource, or, when that is empty, with a path.
struct Attributes {
    std::string verb;           ///< `get`, `list`, `deletecollection`; of a path the method in lower case.
    std::string group{};        ///< Empty for core.
    std::string resource{};     ///< `pods`
    std::string subresource{};  ///< `log`
    std::string namespace_{};   ///< Empty for the whole cluster.
    std::string name{};         ///< Empty in create, and in lists unless they select one object by its name.
    std::string path{};         ///< `/version`; without a query. Normalized by the caller.
};

/// Whether this one rule allows it.
bool allows(const api::PolicyRule& rule, const Attributes& what);

using PolicyRules = std::vector<api::PolicyRule>;

/// A role by which somebody may do something.
struct HeldRole {
    /// Who gives it to whom: `RoleBinding "b/ns" of Role "r" to User "u"`
    [[nodiscard]] std::string source() const;

    std::string namespace_;  ///< Of the binding; empty: a ClusterRoleBinding.
    std::string_view binding;
    const api::RoleRef* role;
    const api::Subject* subject;
    const PolicyRules* rules;  ///< nullptr: there is no such role.
};

/// All roles, and to whom they are given.
class Roles {
  public:
    void add(const api::Role& role);
    void add(const api::ClusterRole& role);
    void add(api::RoleBinding binding);
    void add(api::ClusterRoleBinding binding);

    /// Of the role that a binding of that namespace (empty: a ClusterRoleBinding) names; nullptr: there is
    /// none.
    [[nodiscard]] const PolicyRules* rules_of(const api::RoleRef& role, const std::string& namespace_) const;
    /// What somebody has there: first by ClusterRoleBindings, then, in a namespace, by its RoleBindings. Good
    /// as long as nothing is added.
    [[nodiscard]] std::vector<HeldRole> held_by(const Identity& who, const std::string& namespace_) const;

  private:
    struct Name {
        std::string namespace_;  ///< Empty: of the cluster.
        std::string name;
        auto operator<=>(const Name&) const = default;
    };
    struct Binding {
        api::RoleRef role;
        std::vector<api::Subject> subjects;
    };

    void add_held(const Identity& who, const std::string& namespace_, std::vector<HeldRole>& into) const;

    std::map<Name, PolicyRules> roles_;
    std::map<Name, Binding> bindings_;
};

/// Where roles are kept.
class RoleSource {
  public:
    virtual ~RoleSource() = default;
    /// As they are now; good until the next call.
    virtual const Roles& roles() = 0;
};

/// Several errors as one, as Kubernetes joins them: `a`, `[a, b]`.
std::string joined_errors(const std::vector<std::string>& errors);

}  // namespace hooklet::identity
