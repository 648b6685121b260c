// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <set>
#include <string>
#include <vector>

namespace hooklet::api {

/// A ConfigMap, a Secret or a token without which a Pod does not start.
struct PodReference {
    std::string kind;  ///< `ConfigMap`, `Secret`; `TokenRequest` for the token of a service account.
    std::string name;  ///< Of the object; of a token, where it is put.
    std::string path;  ///< Of the name: `spec.volumes[0].configMap.name`; of the key, when there is one.
    std::string key;   ///< That the object must have; empty: the object itself is meant.
    int line = 0;      ///< Of the manifest, where one is known.
    bool operator==(const PodReference&) const = default;
};

/// What the volumes and the environment of the Pod refer to and do not call optional: each object, and after
/// it the keys that it must have.
std::vector<PodReference> needed_objects(const Pod& pod);

/// Objects of the Pod's namespace, by name.
struct NamedObjects {
    std::set<std::string> config_maps;
    std::set<std::string> secrets;
};

/// Adds what `env` and `envFrom` refer to, optional or not.
void add_references(const Container& container, NamedObjects& found);
/// Adds what the volume refers to, optional or not.
void add_references(const Volume& volume, NamedObjects& found);

}  // namespace hooklet::api
