// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"

#include "api/codec.hpp"
#include "api/pod_resources.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace hooklet::api {

namespace {

/// Pull always when the image floats: tag `latest`, or neither tag nor digest.
std::string pull_policy(std::string_view image) {
    const bool parsable = !image.empty() && std::none_of(image.begin(), image.end(), [](unsigned char c) {
        return std::isspace(c) != 0;
    });
    const std::size_t at = image.find('@');
    const std::string_view name = image.substr(0, at);
    const std::size_t colon = name.rfind(':');
    const bool tagged = colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos;
    const std::string_view tag = tagged ? name.substr(colon + 1) : "";
    const bool floats = tag == "latest" || (!tagged && at == std::string_view::npos);
    return parsable && floats ? "Always" : "IfNotPresent";
}

void set_requests(ResourceRequirements& resources) {
    for (const auto& [name, limit] : resources.limits) resources.requests.emplace(name, limit);
}

void set_container(Container& container, bool host_network) {
    if (container.imagePullPolicy.empty()) container.imagePullPolicy = pull_policy(container.image);
    set_requests(container.resources);
    if (!host_network) return;
    for (ContainerPort& port : container.ports) {
        if (port.hostPort == 0) port.hostPort = port.containerPort;
    }
}

/// With limits for the whole Pod, it requests what its containers do together, else as much as its limits.
void set_pod_requests(PodSpec& spec) {
    if (!spec.resources || spec.resources->limits.empty()) return;
    auto& requests = spec.resources->requests;
    for (const auto& [name, amount] : container_requests(spec)) {
        if (name == "cpu" || name == "memory") requests.emplace(name, amount);
    }
    for (const auto& [name, limit] : spec.resources->limits) {
        if (is_for_a_whole_pod(name)) requests.emplace(name, limit);
    }
}

void set_volume(Volume& volume) {
    const VolumeSource& source = volume;
    if (present_fields(describe<VolumeSource>(), &source).empty()) volume.emptyDir.emplace();
    if (volume.image && volume.image->pullPolicy.empty()) {
        volume.image->pullPolicy = pull_policy(volume.image->reference);
    }
}

/// Old clients know the single address alone, which is why it counts when both are there.
void agree_on_addresses(PodStatus& status) {
    std::vector<PodIP>& all = status.podIPs;
    if (status.podIP.empty()) {
        if (!all.empty()) status.podIP = all.front().ip;
    } else if (all.empty() || all.front().ip != status.podIP) {
        all.assign(1, PodIP{status.podIP});
    }
}

}  // namespace

void apply_table(const TypeDescriptor& type, void* object) {
    for (const FieldDescriptor& field : type.fields) {
        if (field.default_value && is_empty(field, object)) assign_text(field, *field.default_value, object);
        if (field.kind != Kind::object && field.kind != Kind::quantity) continue;
        for_each_item(field, object, [&](std::string_view, const void* item) {
            void* mine = const_cast<void*>(item);  // `object` is ours to change, and so is what it holds
            if (field.kind == Kind::object) {
                apply_table(*field.type, mine);
            } else {
                auto& quantity = *static_cast<Quantity*>(mine);
                quantity = quantity.rounded_to_milli();
            }
        });
    }
}

void set_defaults(PodSpec& spec) {
    for (Volume& volume : spec.volumes) set_volume(volume);
    for (Container& container : spec.containers) set_container(container, spec.hostNetwork);
    for (Container& container : spec.initContainers) set_container(container, spec.hostNetwork);
    for (EphemeralContainer& container : spec.ephemeralContainers) set_container(container, spec.hostNetwork);
    set_pod_requests(spec);
    if (spec.serviceAccountName.empty()) spec.serviceAccountName = spec.serviceAccount;
    spec.serviceAccount = spec.serviceAccountName;
    apply_table(describe<PodSpec>(), &spec);
    if (*spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1;
}

void set_defaults(Pod& pod) {
    set_defaults(pod.spec);
    agree_on_addresses(pod.status);
}

void set_defaults(Secret& secret) {
    set_table_defaults(secret);
    for (auto& [key, value] : secret.stringData) secret.data[key] = std::move(value);
    secret.stringData.clear();
}

}  // namespace hooklet::api
