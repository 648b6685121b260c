// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/roles.hpp"

#include <vector>

namespace hooklet::identity {

/// On a role or binding: `"false"` keeps the server from mending it at its start.
inline constexpr auto auto_update_annotation = "rbac.authorization.kubernetes.io/autoupdate";

/// The roles that every API has: those of Kubernetes for users (cluster-admin, admin, edit, view) and for
/// clients (discovery, questions about oneself and about others). admin, edit and view are put together out
/// of others by their labels.
std::vector<api::ClusterRole> default_cluster_roles();
/// Who has them: system:masters cluster-admin, the authenticated discovery and questions about themselves,
/// service accounts the keys of their tokens, everybody health and version.
std::vector<api::ClusterRoleBinding> default_cluster_role_bindings();

/// These alone, without what is put together.
const Roles& default_roles();

}  // namespace hooklet::identity
