// SPDX-License-Identifier: Apache-2.0
#include "api/app_armor.hpp"

#include "api/find_annotation.hpp"

#include <string>

namespace hooklet::api {

std::optional<AppArmorProfile> app_armor_profile(std::string_view annotation) {
    constexpr std::string_view local = "localhost/";
    AppArmorProfile profile;
    if (annotation == "unconfined") {
        profile.type = "Unconfined";
    } else if (annotation == "runtime/default") {
        profile.type = "RuntimeDefault";
    } else if (annotation.starts_with(local) && annotation.size() > local.size()) {
        profile.type = "Localhost";
        profile.localhostProfile = std::string(annotation.substr(local.size()));
    } else {
        return std::nullopt;
    }
    return profile;
}

namespace {

template <class Container>
void take_annotation(const Pod& pod, Container& container) {
    const std::string* named = find_annotation(pod.metadata, std::string(app_armor_prefix) + container.name);
    if (named == nullptr) return;
    if (container.securityContext && container.securityContext->appArmorProfile) return;
    const std::optional<AppArmorProfile> profile = app_armor_profile(*named);
    const auto& whole = pod.spec.securityContext;
    if (!profile || (whole && whole->appArmorProfile == profile)) return;
    if (!container.securityContext) container.securityContext.emplace();
    container.securityContext->appArmorProfile = profile;
}

}  // namespace

void take_app_armor_annotations(Pod& pod) {
    if (pod.spec.os && pod.spec.os->name == "windows") return;
    for (Container& container : pod.spec.initContainers) take_annotation(pod, container);
    for (Container& container : pod.spec.containers) take_annotation(pod, container);
}

}  // namespace hooklet::api
