// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/rbac_types.hpp"
#include "ports/api.hpp"

#include <optional>

namespace hooklet {

/// What becomes of a default role that is there: labels and annotations that it lacks, rules that it does not
/// cover, the aggregation. What others have added stays. Nothing: it is as it should be, or is to be left
/// alone (`rbac.authorization.kubernetes.io/autoupdate: "false"`).
std::optional<api::ClusterRole> mended(const api::ClusterRole& there, const api::ClusterRole& wanted);
/// The same of a binding, with the subjects that it lacks. One of another role has to be made anew.
std::optional<api::ClusterRoleBinding> mended(const api::ClusterRoleBinding& there,
                                              const api::ClusterRoleBinding& wanted);

/// Sees to it that the default roles and their bindings are there and have what they need. Errors: those of
/// the API.
Task<Status> found_roles(Api* api, Call call);

}  // namespace hooklet
