// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_security_checks.hpp"
#include "base/contains.hpp"

#include <array>

namespace hooklet::admission::security {

namespace {

/// From 1.25 on some rules are none of Pods for Windows.
bool spared_as_windows(const Subject& subject) {
    return subject.minor >= 25 && subject.spec.os && subject.spec.os->name == "windows";
}

Found check_escalation(const Subject& subject) {
    if (spared_as_windows(subject)) return {};
    const Words names = containers_with(subject.spec, [](const api::Container& container) {
        return !container.securityContext ||
               container.securityContext->allowPrivilegeEscalation.value_or(true);
    });
    if (names.empty()) return {};
    return SecurityViolation{
        "allowPrivilegeEscalation != false",
        containers_named(names) + " must set securityContext.allowPrivilegeEscalation=false"};
}

Found check_all_capabilities(const Subject& subject) {
    if (spared_as_windows(subject)) return {};
    Words keeping;
    Words adding;
    WordSet added;
    api::for_each_container(subject.spec, [&](const api::Container& container) {
        const auto& context = container.securityContext;
        const auto capabilities =
            context ? context->capabilities.value_or(api::Capabilities{}) : api::Capabilities{};
        if (!contains(capabilities.drop, "ALL")) keeping.push_back(container.name);
        const std::size_t before = adding.size();
        for (const std::string& name : capabilities.add) {
            if (name == "NET_BIND_SERVICE") continue;
            added.insert(name);
            if (adding.size() == before) adding.push_back(container.name);
        }
    });
    Words what;
    if (!keeping.empty()) {
        what.push_back(containers_named(keeping) + R"( must set securityContext.capabilities.drop=["ALL"])");
    }
    if (!adding.empty()) {
        what.push_back(fmt::format("{} must not include {} in securityContext.capabilities.add",
                                   containers_named(adding), in_quotes(added)));
    }
    if (what.empty()) return {};
    return SecurityViolation{"unrestricted capabilities", fmt::format("{}", fmt::join(what, "; "))};
}

bool may_be_mounted(const api::Volume& volume) {
    return volume.configMap || volume.csi || volume.downwardAPI || volume.emptyDir || volume.ephemeral ||
           volume.persistentVolumeClaim || volume.projected || volume.secret;
}

/// The name of the type of a volume that may not be mounted.
std::string_view type_of_volume(const api::Volume& volume) {
    if (volume.hostPath) return "hostPath";
    if (volume.gcePersistentDisk) return "gcePersistentDisk";
    if (volume.awsElasticBlockStore) return "awsElasticBlockStore";
    if (volume.gitRepo) return "gitRepo";
    if (volume.nfs) return "nfs";
    if (volume.iscsi) return "iscsi";
    if (volume.glusterfs) return "glusterfs";
    if (volume.rbd) return "rbd";
    if (volume.flexVolume) return "flexVolume";
    if (volume.cinder) return "cinder";
    if (volume.cephfs) return "cephfs";
    if (volume.flocker) return "flocker";
    if (volume.fc) return "fc";
    if (volume.azureFile) return "azureFile";
    if (volume.vsphereVolume) return "vsphereVolume";
    if (volume.quobyte) return "quobyte";
    if (volume.azureDisk) return "azureDisk";
    if (volume.photonPersistentDisk) return "photonPersistentDisk";
    if (volume.portworxVolume) return "portworxVolume";
    if (volume.scaleIO) return "scaleIO";
    if (volume.storageos) return "storageos";
    return "unknown";
}

Found check_volumes(const Subject& subject) {
    Words names;
    WordSet types;
    for (const api::Volume& volume : subject.spec.volumes) {
        if (may_be_mounted(volume)) continue;
        names.push_back(volume.name);
        types.emplace(type_of_volume(volume));
    }
    if (names.empty()) return {};
    return SecurityViolation{
        "restricted volume types",
        fmt::format("{} {} {} {} {}", one_or_more(names.size(), "volume", "volumes"), in_quotes(names),
                    one_or_more(names.size(), "uses", "use"),
                    one_or_more(types.size(), "restricted volume type", "restricted volume types"),
                    in_quotes(types))};
}

Found check_non_root(const Subject& subject) {
    constexpr const char* reason = "runAsNonRoot != true";
    const Sayers no =
        sayers_of(subject.spec, [](const auto& context) { return !context.runAsNonRoot.value_or(true); });
    if (!no.empty())
        return SecurityViolation{reason, no.text() + " must not set securityContext.runAsNonRoot=false"};
    const auto& pod = subject.spec.securityContext;
    if (pod && pod->runAsNonRoot) return {};
    const Words silent = containers_with(subject.spec, [](const api::Container& container) {
        return !container.securityContext || !container.securityContext->runAsNonRoot;
    });
    if (silent.empty()) return {};
    return SecurityViolation{reason, fmt::format("pod or {} must set securityContext.runAsNonRoot=true",
                                                 containers_named(silent))};
}

Found check_user(const Subject& subject) {
    const Sayers root = sayers_of(subject.spec, [](const auto& context) { return context.runAsUser == 0; });
    if (root.empty()) return {};
    return SecurityViolation{"runAsUser=0", root.text() + " must not set runAsUser=0"};
}

Found check_confined(const Subject& subject) {
    if (spared_as_windows(subject)) return {};
    if (Found bad = find_bad_seccomp(subject)) return bad;
    const auto& pod = subject.spec.securityContext;
    if (pod && pod->seccompProfile) return {};
    const Words silent = containers_with(subject.spec, [](const api::Container& container) {
        return !container.securityContext || !container.securityContext->seccompProfile;
    });
    if (silent.empty()) return {};
    return SecurityViolation{
        "seccompProfile",
        fmt::format(
            R"(pod or {} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")",
            containers_named(silent))};
}

constexpr std::array<Check, 6> restricted_table{{
    {.find = check_escalation, .since = 8},
    {.find = check_all_capabilities, .since = 22},
    {.find = check_volumes},
    {.find = check_non_root},
    {.find = check_user, .since = 23},
    {.find = check_confined, .since = 19},
}};

}  // namespace

std::span<const Check> restricted_checks() {
    return restricted_table;
}

}  // namespace hooklet::admission::security
