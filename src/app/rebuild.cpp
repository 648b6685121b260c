// SPDX-License-Identifier: Apache-2.0
#include "app/rebuild.hpp"

#include "api/codec.hpp"
#include "node/pod_kind.hpp"
#include "pods/kept_object.hpp"

namespace hooklet::app {

namespace {

/// An API has bound it to this node; those of `hooklet run` are for the next run.
bool is_of_api(const api::Pod& pod) {
    return !pod.spec.nodeName.empty();
}

Task<Status> ensure_namespace(Api* api, std::string name, Call call) {
    api::Node metadata = api::Node::object();
    metadata.set("name", api::Node(name));
    api::Node object = api::Node::object();
    object.set("apiVersion", api::Node("v1"));
    object.set("kind", api::Node("Namespace"));
    object.set("metadata", std::move(metadata));
    const ApiPath path{"", "v1", "namespaces", "", name, {}};
    const auto made = co_await api->create(path, std::move(object), call);
    if (!made && made.error().code != Code::already_exists) co_return std::unexpected(made.error());
    co_return Status{};
}

api::Node stored_form(api::Pod pod) {
    pod.metadata.resourceVersion.clear();
    api::Node object = api::encode(pod);
    object.set("apiVersion", api::Node("v1"));
    object.set("kind", api::Node("Pod"));
    return object;
}

}  // namespace

Task<Result<std::size_t>> rebuild_pods(Api* api, store::ObjectStore* objects, FileSystem* files,
                                       std::string pods_directory, Call call) {
    const auto uids = files->list_directory(pods_directory);
    if (!uids && uids.error().code == Code::not_found) co_return std::size_t{0};
    if (!uids) co_return std::unexpected(uids.error());
    std::size_t count = 0;
    for (const std::string& uid : *uids) {
        const auto pod = kept_object(files, pods_directory, uid);
        if (!pod || is_static(*pod) || !is_of_api(*pod)) continue;
        const api::ObjectMeta& metadata = pod->metadata;
        const Status there = co_await ensure_namespace(api, metadata.namespace_, call);
        if (!there) co_return std::unexpected(there.error());
        ObjectKey key{"pods", metadata.namespace_, metadata.name};
        const auto made = co_await objects->create(std::move(key), stored_form(*pod));
        if (!made && made.error().code != Code::already_exists) co_return std::unexpected(made.error());
        if (made) ++count;
    }
    co_return count;
}

}  // namespace hooklet::app
