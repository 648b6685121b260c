// SPDX-License-Identifier: Apache-2.0
#include "pods/security_context.hpp"

#include "api/container_id.hpp"
#include "api/container_statuses.hpp"
#include "pods/names.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// Of two places for the same setting, the container's counts.
template <class T>
std::optional<T> merged(const std::optional<T>& of_container, const std::optional<T>& of_pod) {
    return of_container ? of_container : of_pod;
}

/// The identity and the profiles that both the Pod and the container may have.
struct Effective {
    std::optional<std::int64_t> user;
    std::optional<std::int64_t> group;
    bool non_root = false;
    std::optional<api::SeccompProfile> seccomp;
    std::optional<api::AppArmorProfile> apparmor;
};

Effective effective(const api::Pod& pod, const api::Container& container) {
    const auto of_pod = pod.spec.securityContext.value_or(api::PodSecurityContext{});
    const auto of_container = container.securityContext.value_or(api::SecurityContext{});
    return {merged(of_container.runAsUser, of_pod.runAsUser),
            merged(of_container.runAsGroup, of_pod.runAsGroup),
            merged(of_container.runAsNonRoot, of_pod.runAsNonRoot).value_or(false),
            merged(of_container.seccompProfile, of_pod.seccompProfile),
            merged(of_container.appArmorProfile, of_pod.appArmorProfile)};
}

cri::Seccomp make_seccomp(const std::optional<api::SeccompProfile>& profile, const std::string& directory) {
    if (!profile || profile->type == "Unconfined") return {cri::SeccompProfile::unconfined, {}};
    if (profile->type == "Localhost") {
        return {cri::SeccompProfile::localhost, directory + "/" + profile->localhostProfile.value_or("")};
    }
    return {cri::SeccompProfile::runtime_default, {}};
}

std::optional<cri::AppArmor> make_apparmor(const std::optional<api::AppArmorProfile>& profile) {
    if (!profile) return std::nullopt;
    if (profile->type == "Localhost")
        return cri::AppArmor{cri::SeccompProfile::localhost, profile->localhostProfile.value_or("")};
    const bool confined = profile->type != "Unconfined";
    return cri::AppArmor{confined ? cri::SeccompProfile::runtime_default : cri::SeccompProfile::unconfined,
                         {}};
}

// The lists that the kubelet sends for procMount Default (k8s.io/kubernetes pkg/securitycontext).
const std::vector<std::string> default_masked_paths = {
    "/proc/asound",      "/proc/acpi",          "/proc/interrupts", "/proc/kcore",
    "/proc/keys",        "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
    "/proc/sched_debug", "/proc/scsi",          "/sys/firmware",    "/sys/devices/virtual/powercap"};
const std::vector<std::string> default_readonly_paths = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                                         "/proc/sysrq-trigger"};

/// The engine's id of the container whose processes an ephemeral container shares; empty: of none that runs.
std::string target_of(const api::Pod& pod, const std::string& ephemeral) {
    const auto& all = pod.spec.ephemeralContainers;
    const auto found = std::ranges::find(all, ephemeral, &api::EphemeralContainer::name);
    if (found == all.end() || found->targetContainerName.empty()) return {};
    const api::ContainerStatus* target = api::find_status(pod.status, found->targetContainerName);
    return target != nullptr && target->state.running ? api::engine_id(target->containerID) : std::string();
}

}  // namespace

cri::NamespaceOptions namespaces_of(const api::PodSpec& spec) {
    using enum cri::NamespaceMode;
    const cri::NamespaceMode own_pid = spec.shareProcessNamespace.value_or(false) ? pod : container;
    return {.network = spec.hostNetwork ? node : pod,
            .pid = spec.hostPID ? node : own_pid,
            .ipc = spec.hostIPC ? node : pod};
}

std::vector<std::int64_t> supplemental_groups_of(const api::PodSpec& spec) {
    std::vector<std::int64_t> groups;
    if (!spec.securityContext) return groups;
    if (spec.securityContext->fsGroup) groups.push_back(*spec.securityContext->fsGroup);
    std::ranges::copy(spec.securityContext->supplementalGroups, std::back_inserter(groups));
    return groups;
}

bool is_privileged(const api::Container& container) {
    return container.securityContext && container.securityContext->privileged.value_or(false);
}

cri::ContainerSecurityContext make_security_context(const api::Pod& pod, const api::Container& container,
                                                    const cri::Image& image,
                                                    const std::string& seccomp_directory) {
    const Effective both = effective(pod, container);
    const auto own = container.securityContext.value_or(api::SecurityContext{});
    cri::ContainerSecurityContext result;
    if (own.capabilities) {
        result.add_capabilities = own.capabilities->add;
        result.drop_capabilities = own.capabilities->drop;
    }
    result.namespaces = namespaces_of(pod.spec);
    if (const std::string target = target_of(pod, container.name); !target.empty()) {
        result.namespaces.pid = cri::NamespaceMode::target;
        result.namespaces.target_id = target;
    }
    result.run_as_user = both.user ? both.user : image.uid;
    if (!result.run_as_user) result.run_as_username = image.username;
    // An image that names no user runs as root; a group alone is nothing to the engine.
    if (!result.run_as_user && result.run_as_username.empty()) result.run_as_user = 0;
    result.run_as_group = both.group;
    result.supplemental_groups = supplemental_groups_of(pod.spec);
    result.readonly_rootfs = own.readOnlyRootFilesystem.value_or(false);
    result.no_new_privs = !own.allowPrivilegeEscalation.value_or(true);
    result.privileged = is_privileged(container);
    // Engines give a privileged container neither a seccomp profile nor hidden paths; saying so leaves no
    // doubt.
    if (result.privileged) return result;
    result.seccomp = make_seccomp(both.seccomp, seccomp_directory);
    result.apparmor = make_apparmor(both.apparmor);
    if (own.procMount != "Unmasked") {
        result.masked_paths = default_masked_paths;
        result.readonly_paths = default_readonly_paths;
    }
    return result;
}

Status verify_run_as_non_root(const api::Pod& pod, const api::Container& container, const cri::Image& image) {
    const Effective both = effective(pod, container);
    if (!both.non_root) return {};
    const std::string where =
        fmt::format("(pod: \"{}\", container: {})", ref_of(pod).description(), container.name);
    if (both.user) {
        if (*both.user != 0) return {};
        return fail(Code::invalid, "container's runAsUser breaks non-root policy " + where);
    }
    if (!image.uid && !image.username.empty()) {
        return fail(Code::invalid,
                    fmt::format("container has runAsNonRoot and image has non-numeric user ({}), cannot "
                                "verify user is non-root {}",
                                image.username, where));
    }
    // An image that names no user runs as root.
    if (image.uid.value_or(0) != 0) return {};
    return fail(Code::invalid, "container has runAsNonRoot and image will run as root " + where);
}

}  // namespace hooklet
