// SPDX-License-Identifier: Apache-2.0
#include "node/protections.hpp"

#include <algorithm>

namespace hooklet {

namespace {

bool wants_profile(const auto& context) {
    return context && context->appArmorProfile && context->appArmorProfile->type != "Unconfined";
}

bool wants_profile(const api::PodSpec& spec) {
    const auto one = [](const api::Container& container) { return wants_profile(container.securityContext); };
    return wants_profile(spec.securityContext) || std::ranges::any_of(spec.containers, one) ||
           std::ranges::any_of(spec.initContainers, one);
}

Admission refused(const char* reason, const char* message) {
    return {.admitted = false, .reason = reason, .message = message};
}

}  // namespace

std::optional<Admission> unprotected(const api::PodSpec& spec, bool has_apparmor) {
    if (!spec.hostUsers.value_or(true))
        return refused("UserNamespacesNotSupported", "hostUsers=false is not supported in this node");
    if (spec.securityContext && spec.securityContext->supplementalGroupsPolicy == "Strict") {
        return refused("SupplementalGroupsPolicyNotSupported",
                       "SupplementalGroupsPolicy=Strict is not supported in this node");
    }
    if (wants_profile(spec) && !has_apparmor)
        return refused("AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host");
    return std::nullopt;
}

}  // namespace hooklet
