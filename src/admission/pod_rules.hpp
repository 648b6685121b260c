// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "ports/random.hpp"

#include <expected>
#include <string>

/// What is added to a new Pod, or why it is refused (the text after `is forbidden: `): pure, each as the
/// admission plugin of the same name does it.
namespace hooklet::admission {

using Checked = std::expected<void, std::string>;

inline constexpr const char* default_service_account = "default";
/// Where containers find the token of their service account.
inline constexpr const char* token_mount_path = "/var/run/secrets/kubernetes.io/serviceaccount";

/// A mirror of a static Pod, which most rules do not touch, may not use what only the API has.
Checked check_mirror(const api::Pod& pod);

/// Pull secrets of the account, unless the Pod has its own. Unless one of them does not want it, a volume
/// with the account's token, mounted by every container that has nothing at token_mount_path.
void use_service_account(api::Pod& pod, const api::ServiceAccount& account, Random& random);

/// Pods stay for 300 s on a node that is not ready or not reachable, unless they say otherwise.
void tolerate_lost_nodes(api::Pod& pod);

/// `chosen`: the class that the Pod names, else the default one, if there is one.
Checked set_priority(api::Pod& pod, const api::PriorityClass* chosen);

/// `runtime_class`: the one that the Pod names; nullptr when it names none.
Checked use_runtime_class(api::Pod& pod, const api::RuntimeClass* runtime_class);

}  // namespace hooklet::admission
