// SPDX-License-Identifier: Apache-2.0
// Ephemeral containers: a few fields only, and nothing that the Pod could rely on.
#include "api/validation/parts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view refusal = "cannot be set for an Ephemeral Container";
constexpr std::array<std::string_view, 17> allowed{"name",
                                                   "image",
                                                   "command",
                                                   "args",
                                                   "workingDir",
                                                   "envFrom",
                                                   "env",
                                                   "volumeMounts",
                                                   "volumeDevices",
                                                   "stdin",
                                                   "stdinOnce",
                                                   "terminationMessagePath",
                                                   "tty",
                                                   "resources",
                                                   "terminationMessagePolicy",
                                                   "imagePullPolicy",
                                                   "securityContext"};

void check_fields(const Container& container, const std::string& path, Issues& issues) {
    for (const std::string_view field : present_fields(describe<Container>(), &container)) {
        if (std::ranges::find(allowed, field) == allowed.end())
            issues.push_back(issue::forbidden(fmt::format("{}.{}", path, field), refusal));
    }
    if (container.resources != ResourceRequirements{})
        issues.push_back(issue::forbidden(path + ".resources", refusal));
    for (std::size_t i = 0; i < container.volumeMounts.size(); ++i) {
        const VolumeMount& mount = container.volumeMounts[i];
        const std::string mount_path = at(path + ".volumeMounts", i);
        if (!mount.subPath.empty()) issues.push_back(issue::forbidden(mount_path + ".subPath", refusal));
        if (!mount.subPathExpr.empty())
            issues.push_back(issue::forbidden(mount_path + ".subPathExpr", refusal));
    }
}

}  // namespace

void check_ephemeral_containers(const PodSpec& spec, Issues& issues) {
    for (std::size_t i = 0; i < spec.ephemeralContainers.size(); ++i) {
        const EphemeralContainer& container = spec.ephemeralContainers[i];
        const std::string path = at("spec.ephemeralContainers", i);
        const auto twin = std::ranges::find(spec.ephemeralContainers, container.name, &Container::name);
        const bool repeated = twin != spec.ephemeralContainers.begin() + static_cast<std::ptrdiff_t>(i);
        if (!container.name.empty() && (repeated || has_container(spec, container.name)))
            issues.push_back(issue::duplicate(path + ".name", container.name));
        check_environment(container, path, issues);
        check_mounts(container, spec, path, issues);
        check_devices(container, spec, path, issues);
        if (container.securityContext)
            check_security(*container.securityContext, path + ".securityContext", issues);
        const std::string& target = container.targetContainerName;
        if (!target.empty() && !has_container(spec, target))
            issues.push_back(issue::not_found(path + ".targetContainerName", target));
        check_fields(container, path, issues);
    }
}

}  // namespace hooklet::api
