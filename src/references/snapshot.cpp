// SPDX-License-Identifier: Apache-2.0
#include "references/snapshot.hpp"

#include "api/pod_references.hpp"

#include <algorithm>

namespace hooklet {

namespace {

std::set<ObjectRef> objects_of(const api::NamedObjects& names, const std::string& namespace_) {
    std::set<ObjectRef> objects;
    for (const std::string& name : names.config_maps)
        objects.insert({ObjectKind::config_map, namespace_, name});
    for (const std::string& name : names.secrets) objects.insert({ObjectKind::secret, namespace_, name});
    return objects;
}

std::set<ServiceAccountTokenRequest> tokens_of(const api::Pod& pod) {
    std::set<ServiceAccountTokenRequest> tokens;
    for (const api::Volume& volume : pod.spec.volumes) {
        if (!volume.projected) continue;
        for (const api::VolumeProjection& source : volume.projected->sources) {
            if (source.serviceAccountToken) tokens.insert(token_request(pod, *source.serviceAccountToken));
        }
    }
    return tokens;
}

template <class Found>
Found find(const std::map<ObjectRef, Found>& all, const ObjectRef& object) {
    const auto found = all.find(object);
    return found == all.end() ? std::unexpected(object_not_found(object)) : found->second;
}

}  // namespace

References references_of(const api::Pod& pod, const api::Container& container) {
    api::NamedObjects names;
    api::add_references(container, names);
    return {objects_of(names, pod.metadata.namespace_), {}};
}

References references_of_volumes(const api::Pod& pod) {
    api::NamedObjects names;
    for (const api::Volume& volume : pod.spec.volumes) api::add_references(volume, names);
    return {objects_of(names, pod.metadata.namespace_), tokens_of(pod)};
}

References references_of_pulls(const api::Pod& pod) {
    References found;
    for (const api::LocalObjectReference& secret : pod.spec.imagePullSecrets) {
        if (!secret.name.empty())
            found.objects.insert({ObjectKind::secret, pod.metadata.namespace_, secret.name});
    }
    return found;
}

std::set<ObjectRef> all_references(const api::Pod& pod) {
    api::NamedObjects names;
    for (const api::Volume& volume : pod.spec.volumes) api::add_references(volume, names);
    for (const api::Container& container : pod.spec.initContainers) api::add_references(container, names);
    for (const api::Container& container : pod.spec.containers) api::add_references(container, names);
    return objects_of(names, pod.metadata.namespace_);
}

ServiceAccountTokenRequest token_request(const api::Pod& pod,
                                         const api::ServiceAccountTokenProjection& from) {
    const std::string& account = pod.spec.serviceAccountName;
    return {.namespace_ = pod.metadata.namespace_,
            .service_account = account.empty() ? "default" : account,
            .pod_name = pod.metadata.name,
            .pod_uid = pod.metadata.uid,
            .audience = from.audience,
            .expiration_seconds = from.expirationSeconds.value_or(3600)};
}

void ObjectSnapshot::add(const ServiceAccountTokenRequest& request, Result<ServiceAccountToken> token) {
    tokens_.emplace(request, std::move(token));
}

ObjectSnapshot::ConfigMap ObjectSnapshot::config_map(const std::string& namespace_,
                                                     const std::string& name) const {
    return find(config_maps_, {ObjectKind::config_map, namespace_, name});
}

ObjectSnapshot::Secret ObjectSnapshot::secret(const std::string& namespace_, const std::string& name) const {
    return find(secrets_, {ObjectKind::secret, namespace_, name});
}

Result<ServiceAccountToken> ObjectSnapshot::token(const ServiceAccountTokenRequest& request) const {
    const auto found = tokens_.find(request);
    return found == tokens_.end() ? fail(Code::not_found, "no token was asked for") : found->second;
}

std::set<std::string> ObjectSnapshot::secret_values() const {
    std::set<std::string> values;
    for (const auto& [object, secret] : secrets_) {
        if (!secret) continue;
        for (const auto& [key, value] : (*secret)->data) values.insert(value);
    }
    for (const auto& [request, token] : tokens_) {
        if (token) values.insert(token->token);
    }
    return values;
}

std::optional<WallTime> ObjectSnapshot::refresh_at() const {
    std::optional<WallTime> first;
    for (const auto& [request, token] : tokens_) {
        if (!token) continue;
        const WallTime at = token->issued_at + (token->expires_at - token->issued_at) * 4 / 5;
        first = first ? std::min(*first, at) : at;
    }
    return first;
}

Task<ObjectSnapshot> fetch(ObjectSource* source, References references, Call call) {
    ObjectSnapshot snapshot;
    for (const ObjectRef& object : references.objects) {
        if (object.kind == ObjectKind::config_map) {
            snapshot.add(object, co_await source->config_map(object.namespace_, object.name, call));
        } else {
            snapshot.add(object, co_await source->secret(object.namespace_, object.name, call));
        }
    }
    for (const ServiceAccountTokenRequest& request : references.tokens) {
        snapshot.add(request, co_await source->service_account_token(request, call));
    }
    co_return snapshot;
}

}  // namespace hooklet
