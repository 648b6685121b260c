// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "node/admission.hpp"

#include <optional>

namespace hooklet {

/// Refuses a Pod that asks for a protection which this node cannot give: a user namespace of its own, no
/// groups of the image, an AppArmor profile (also the engine's own, when the Pod names it) where the kernel
/// has no AppArmor. To run it all the same would leave it open without a word.
std::optional<Admission> unprotected(const api::PodSpec& spec, bool has_apparmor);

}  // namespace hooklet
