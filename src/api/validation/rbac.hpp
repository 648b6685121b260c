// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/rbac_types.hpp"

namespace hooklet::api {

/// Subjects and the role get the group that their kind is of.
void set_defaults(RoleBinding& binding);
void set_defaults(ClusterRoleBinding& binding);

/// Everything wrong with a role about to be created or changed. A Role has no paths.
Issues validate(const Role& role);
Issues validate(const ClusterRole& role);
/// The same of bindings. A ClusterRoleBinding names a ClusterRole, and the namespaces of its service
/// accounts.
Issues validate(const RoleBinding& binding);
Issues validate(const ClusterRoleBinding& binding);
/// The role that a binding names stays.
Issues validate_update(const RoleBinding& next, const RoleBinding& old);
Issues validate_update(const ClusterRoleBinding& next, const ClusterRoleBinding& old);

}  // namespace hooklet::api
