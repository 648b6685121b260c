// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <optional>
#include <string_view>

/// The annotation by which Pods named a container's AppArmor profile before there was a field for it.
namespace hooklet::api {

/// Followed by a container's name.
inline constexpr std::string_view app_armor_prefix = "container.apparmor.security.beta.kubernetes.io/";

/// `unconfined`, `runtime/default` or `localhost/NAME` as the field has it; nullopt for anything else.
std::optional<AppArmorProfile> app_armor_profile(std::string_view annotation);

/// Gives each container without a profile of its own the one that its annotation names, unless the whole Pod
/// has just that. Of a new Pod, as Kubernetes does it.
void take_app_armor_annotations(Pod& pod);

}  // namespace hooklet::api
