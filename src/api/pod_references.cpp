// SPDX-License-Identifier: Apache-2.0
#include "api/pod_references.hpp"

#include "api/codec.hpp"
#include "api/node_paths.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace hooklet::api {

namespace {

/// A field below `spec` that names an object.
struct Field {
    std::string_view path;
    std::string_view kind;
    std::string_view name = "name";
};
constexpr std::array<Field, 13> fields{{
    {"volumes[].configMap", "ConfigMap"},
    {"volumes[].secret", "Secret", "secretName"},
    {"volumes[].projected.sources[].configMap", "ConfigMap"},
    {"volumes[].projected.sources[].secret", "Secret"},
    {"volumes[].projected.sources[].serviceAccountToken", "TokenRequest", "path"},
    {"initContainers[].envFrom[].configMapRef", "ConfigMap"},
    {"initContainers[].envFrom[].secretRef", "Secret"},
    {"initContainers[].env[].valueFrom.configMapKeyRef", "ConfigMap"},
    {"initContainers[].env[].valueFrom.secretKeyRef", "Secret"},
    {"containers[].envFrom[].configMapRef", "ConfigMap"},
    {"containers[].envFrom[].secretRef", "Secret"},
    {"containers[].env[].valueFrom.configMapKeyRef", "ConfigMap"},
    {"containers[].env[].valueFrom.secretKeyRef", "Secret"},
}};

bool is_true(const Node* node) {
    return node != nullptr && node->as_bool() != nullptr && *node->as_bool();
}

/// A variable takes the value of one key, a volume the files that it lists.
void add_keys(const Node& source, const std::string& at, const PodReference& object,
              std::vector<PodReference>& found) {
    const auto add = [&](const Node& key, const std::string& path) {
        PodReference needed = object;
        needed.path = path;
        needed.key = *key.as_string();
        if (!needed.key.empty()) found.push_back(std::move(needed));
    };
    for_each_at(source, at, "key", add);
    for_each_at(source, at, "items[].key", add);
}

}  // namespace

std::vector<PodReference> needed_objects(const Pod& pod) {
    std::vector<PodReference> found;
    const Node spec = encode(pod.spec);
    for (const Field& field : fields) {
        for_each_at(spec, "spec", field.path, [&](const Node& source, const std::string& at) {
            const Node* name = source.find(field.name);
            // One without a name is refused by the validation.
            if (is_true(source.find("optional")) || name == nullptr || name->as_string()->empty()) return;
            const PodReference object{std::string(field.kind), *name->as_string(),
                                      at + "." + std::string(field.name)};
            found.push_back(object);
            add_keys(source, at, object, found);
        });
    }
    return found;
}

void add_references(const Container& container, NamedObjects& found) {
    for (const EnvFromSource& from : container.envFrom) {
        if (from.configMapRef) found.config_maps.insert(from.configMapRef->name);
        if (from.secretRef) found.secrets.insert(from.secretRef->name);
    }
    for (const EnvVar& variable : container.env) {
        if (!variable.valueFrom) continue;
        if (const auto& key = variable.valueFrom->configMapKeyRef) found.config_maps.insert(key->name);
        if (const auto& key = variable.valueFrom->secretKeyRef) found.secrets.insert(key->name);
    }
}

void add_references(const Volume& volume, NamedObjects& found) {
    if (volume.configMap) found.config_maps.insert(volume.configMap->name);
    if (volume.secret) found.secrets.insert(volume.secret->secretName);
    if (!volume.projected) return;
    for (const VolumeProjection& source : volume.projected->sources) {
        if (source.configMap) found.config_maps.insert(source.configMap->name);
        if (source.secret) found.secrets.insert(source.secret->name);
    }
}

}  // namespace hooklet::api
