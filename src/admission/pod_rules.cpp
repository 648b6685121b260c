// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_rules.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace hooklet::admission {

namespace {

constexpr std::string_view token_volume_prefix = "kube-api-access-";
constexpr std::int64_t lost_node_seconds = 300;
/// An hour and a little, so that a renewed token overlaps with the old one.
constexpr std::int64_t token_seconds = 3607;
constexpr std::int32_t token_mode = 0644;

bool wants_token(const api::Pod& pod, const api::ServiceAccount& account) {
    if (pod.spec.automountServiceAccountToken) return *pod.spec.automountServiceAccountToken;
    return account.automountServiceAccountToken.value_or(true);
}

api::VolumeProjection token_projection() {
    api::VolumeProjection source;
    api::ServiceAccountTokenProjection& token = source.serviceAccountToken.emplace();
    token.expirationSeconds = token_seconds;
    token.path = "token";
    return source;
}

api::VolumeProjection ca_projection() {
    api::VolumeProjection source;
    api::ConfigMapProjection& map = source.configMap.emplace();
    map.name = "kube-root-ca.crt";
    map.items.emplace_back();
    map.items.back().key = "ca.crt";
    map.items.back().path = "ca.crt";
    return source;
}

api::VolumeProjection namespace_projection() {
    api::VolumeProjection source;
    api::DownwardAPIVolumeFile& file = source.downwardAPI.emplace().items.emplace_back();
    file.path = "namespace";
    api::ObjectFieldSelector& field = file.fieldRef.emplace();
    field.apiVersion = "v1";
    field.fieldPath = "metadata.namespace";
    return source;
}

api::Volume token_volume(std::string name) {
    api::Volume volume;
    volume.name = std::move(name);
    api::ProjectedVolumeSource& projected = volume.projected.emplace();
    projected.sources = {token_projection(), ca_projection(), namespace_projection()};
    projected.defaultMode = token_mode;
    return volume;
}

/// Whether a container has got the mount.
bool mount_token(std::vector<api::Container>& containers, const std::string& volume) {
    bool mounted = false;
    for (api::Container& container : containers) {
        const bool taken = std::ranges::any_of(
            container.volumeMounts, [](const auto& mount) { return mount.mountPath == token_mount_path; });
        if (taken) continue;
        api::VolumeMount& mount = container.volumeMounts.emplace_back();
        mount.name = volume;
        mount.readOnly = true;
        mount.mountPath = token_mount_path;
        mounted = true;
    }
    return mounted;
}

void add_token(api::Pod& pod, Random& random) {
    const auto existing = std::ranges::find_if(pod.spec.volumes, [](const api::Volume& volume) {
        return volume.name.starts_with(token_volume_prefix);
    });
    const bool has_volume = existing != pod.spec.volumes.end();
    const std::string name =
        has_volume ? existing->name : std::string(token_volume_prefix) + make_name_suffix(random, 5);
    const bool in_init = mount_token(pod.spec.initContainers, name);
    const bool in_ordinary = mount_token(pod.spec.containers, name);
    if (!has_volume && (in_init || in_ordinary)) pod.spec.volumes.push_back(token_volume(name));
}

bool tolerates_loss(const api::Pod& pod, std::string_view key) {
    return std::ranges::any_of(pod.spec.tolerations, [key](const api::Toleration& toleration) {
        const bool same_key = toleration.key.empty() || toleration.key == key;
        return same_key && (toleration.effect.empty() || toleration.effect == "NoExecute");
    });
}

bool same(const api::Toleration& a, const api::Toleration& b) {
    return a.key == b.key && a.operator_ == b.operator_ && a.value == b.value && a.effect == b.effect &&
           a.tolerationSeconds == b.tolerationSeconds;
}

Checked merge_scheduling(api::PodSpec& spec, const api::Scheduling& scheduling) {
    for (const auto& [key, value] : scheduling.nodeSelector) {
        const auto [label, added] = spec.nodeSelector.emplace(key, value);
        if (added || label->second == value) continue;
        return std::unexpected(fmt::format(
            "conflict: runtimeClass.scheduling.nodeSelector[{}] = {}; pod.spec.nodeSelector[{}] = {}", key,
            value, key, label->second));
    }
    for (const api::Toleration& toleration : scheduling.tolerations) {
        const bool there = std::ranges::any_of(
            spec.tolerations, [&toleration](const api::Toleration& own) { return same(own, toleration); });
        if (!there) spec.tolerations.push_back(toleration);
    }
    return {};
}

}  // namespace

Checked check_mirror(const api::Pod& pod) {
    if (!pod.spec.serviceAccountName.empty()) {
        return std::unexpected("a mirror pod may not reference service accounts");
    }
    const bool secrets =
        std::ranges::any_of(pod.spec.volumes, [](const api::Volume& it) { return it.secret.has_value(); });
    if (secrets) return std::unexpected("a mirror pod may not reference secrets");
    return {};
}

void use_service_account(api::Pod& pod, const api::ServiceAccount& account, Random& random) {
    pod.spec.serviceAccountName = account.metadata.name;
    pod.spec.serviceAccount = account.metadata.name;
    if (wants_token(pod, account)) add_token(pod, random);
    if (pod.spec.imagePullSecrets.empty()) pod.spec.imagePullSecrets = account.imagePullSecrets;
}

void tolerate_lost_nodes(api::Pod& pod) {
    for (const char* key : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
        if (tolerates_loss(pod, key)) continue;
        api::Toleration& toleration = pod.spec.tolerations.emplace_back();
        toleration.key = key;
        toleration.operator_ = "Exists";
        toleration.effect = "NoExecute";
        toleration.tolerationSeconds = lost_node_seconds;
    }
}

Checked set_priority(api::Pod& pod, const api::PriorityClass* chosen) {
    constexpr std::string_view computed =
        "must not be provided in pod spec; priority admission controller computed {} from the given "
        "PriorityClass name";
    const std::int32_t priority = chosen == nullptr ? 0 : chosen->value;
    std::string policy = "PreemptLowerPriority";
    if (chosen != nullptr) {
        pod.spec.priorityClassName = chosen->metadata.name;
        policy = chosen->preemptionPolicy.value_or(policy);
    }
    if (pod.spec.priority && pod.spec.priority != priority) {
        return std::unexpected(fmt::format("the integer value of priority ({}) ", *pod.spec.priority) +
                               fmt::format(computed, priority));
    }
    if (pod.spec.preemptionPolicy && pod.spec.preemptionPolicy != policy) {
        return std::unexpected(
            fmt::format("the string value of PreemptionPolicy ({}) ", *pod.spec.preemptionPolicy) +
            fmt::format(computed, policy));
    }
    pod.spec.priority = priority;
    pod.spec.preemptionPolicy = std::move(policy);
    return {};
}

Checked use_runtime_class(api::Pod& pod, const api::RuntimeClass* runtime_class) {
    api::PodSpec& spec = pod.spec;
    if (runtime_class == nullptr || !runtime_class->overhead) {
        if (!spec.overhead.empty()) {
            return std::unexpected(
                "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
    } else {
        const auto& overhead = runtime_class->overhead->podFixed;
        if (!spec.overhead.empty() && spec.overhead != overhead) {
            return std::unexpected(
                "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }
        spec.overhead = overhead;
    }
    if (runtime_class == nullptr || !runtime_class->scheduling) return {};
    return merge_scheduling(spec, *runtime_class->scheduling);
}

}  // namespace hooklet::admission
