// SPDX-License-Identifier: Apache-2.0
#include "support/api_world.hpp"

namespace hooklet::sim {

api::Node ApiWorld::add(const ApiPath& path, api::Node object) {
    const kinds::Kind& kind = FakeObjects::kind_of(path);
    object.set("kind", api::Node(kind.name));
    object.set("apiVersion", api::Node(kind.api_version()));
    if (object.find("metadata") == nullptr) object.set("metadata", api::Node::object());
    if (!path.namespace_.empty()) object.find("metadata")->set("namespace", api::Node(path.namespace_));
    if (!path.name.empty()) object.find("metadata")->set("name", api::Node(path.name));
    return api.objects().create(path, std::move(object)).value();
}

api::Node ApiWorld::add_namespace(const std::string& name) {
    return add(core("namespaces", "", name), api::Node::object());
}

api::Node ApiWorld::change(const ApiPath& path, std::string_view merge_patch) {
    return api.objects().patch(path, ApiPatchType::merge, json(merge_patch)).value();
}

std::vector<std::string> ApiWorld::names(const ApiPath& path) const {
    std::vector<std::string> found;
    for (const api::Node& object : api.objects().all(path)) found.push_back(metadata_of(object).name);
    return found;
}

}  // namespace hooklet::sim
