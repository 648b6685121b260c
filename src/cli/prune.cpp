// SPDX-License-Identifier: Apache-2.0
#include "cli/prune.hpp"

#include "client/document.hpp"
#include "client/three_way_patch.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using client::ResourceType;
using client::ResourceTypes;

/// What kubectl prunes when nobody says what.
constexpr std::array<std::pair<const char*, const char*>, 16> prunable{{{"v1", "ConfigMap"},
                                                                        {"v1", "Endpoints"},
                                                                        {"v1", "Namespace"},
                                                                        {"v1", "PersistentVolumeClaim"},
                                                                        {"v1", "PersistentVolume"},
                                                                        {"v1", "Pod"},
                                                                        {"v1", "ReplicationController"},
                                                                        {"v1", "Secret"},
                                                                        {"v1", "Service"},
                                                                        {"batch/v1", "Job"},
                                                                        {"batch/v1", "CronJob"},
                                                                        {"networking.k8s.io/v1", "Ingress"},
                                                                        {"apps/v1", "DaemonSet"},
                                                                        {"apps/v1", "Deployment"},
                                                                        {"apps/v1", "ReplicaSet"},
                                                                        {"apps/v1", "StatefulSet"}}};

Result<ResourceType> type_called(const ResourceTypes& served, const std::string& api_version,
                                 const std::string& kind) {
    api::Node document;
    document.set("apiVersion", api::Node(api_version));
    document.set("kind", api::Node(kind));
    return client::type_of(served, document);
}

/// `core/v1/ConfigMap`
Result<ResourceType> listed_type(const ResourceTypes& served, const std::string& text) {
    std::vector<std::string> parts;
    boost::algorithm::split(parts, text, boost::algorithm::is_any_of("/"));
    if (parts.size() != 3)
        return fail(Code::invalid, fmt::format("error: invalid GroupVersionKind format: {}, please follow "
                                               "<group/version/kind>",
                                               text));
    const bool core = parts[0] == "core" || parts[0].empty();
    return type_called(served, core ? parts[1] : parts[0] + "/" + parts[1], parts[2]);
}

Task<Status> prune_type(ApiSession* session, ResourceType type, std::string namespace_, PruneOptions options,
                        Visited visited, OnPruned pruned) {
    Parameters selection{{"labelSelector", options.labels}};
    const auto list = co_await read_list(session, type.path(namespace_), std::move(selection));
    if (!list) co_return std::unexpected(list.error());
    for (const api::Node& object : client::items(*list, "items")) {
        if (!is_left_over(object, visited)) continue;
        if (options.dry_run != "client") {
            const std::string path = type.path(namespace_, client::text_at(object, "metadata.name"));
            std::string target = with_query(path, {{"dryRun", options.dry_run == "server" ? "All" : ""}});
            api::Node body = delete_options("background", std::nullopt);
            const auto gone = co_await session->api->send("DELETE", std::move(target), std::move(body));
            if (!gone) co_return std::unexpected(gone.error());
        }
        pruned(type, object);
    }
    co_return Status{};
}

Error while_pruning(const ResourceType& type, const Error& error) {
    return {error.code, fmt::format("error: error pruning {} object {}/{}, Kind={}: {}",
                                    type.namespaced ? "namespaced" : "nonNamespaced", type.group,
                                    type.version, type.kind, error.text())};
}

}  // namespace

Result<ResourceTypes> prunable_types(const ResourceTypes& served, const std::vector<std::string>& allowlist) {
    ResourceTypes types;
    for (const std::string& text : allowlist) {
        auto type = listed_type(served, text);
        if (!type) return std::unexpected(type.error());
        types.push_back(*std::move(type));
    }
    for (const auto& [api_version, kind] : prunable) {
        if (!allowlist.empty()) break;
        if (auto type = type_called(served, api_version, kind)) types.push_back(*std::move(type));
    }
    std::ranges::stable_partition(types, &ResourceType::namespaced);
    return types;
}

bool is_left_over(const api::Node& object, const Visited& visited) {
    const api::Node* annotations = client::find(object, "metadata.annotations");
    if (annotations == nullptr || annotations->find(client::last_applied) == nullptr) return false;
    return !visited.uids.contains(client::text_at(object, "metadata.uid"));
}

Task<Status> prune(ApiSession* session, PruneOptions options, Visited visited, OnPruned pruned) {
    const auto types = prunable_types(session->types, options.allowlist);
    if (!types) co_return std::unexpected(types.error());
    const std::set<std::string> nowhere{""};
    for (const ResourceType& type : *types) {
        for (const std::string& namespace_ : type.namespaced ? visited.namespaces : nowhere) {
            const Status done = co_await prune_type(session, type, namespace_, options, visited, pruned);
            if (!done) co_return std::unexpected(while_pruning(type, done.error()));
        }
    }
    co_return Status{};
}

}  // namespace hooklet::cli
