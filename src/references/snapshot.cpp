// SPDX-License-Identifier: Apache-2.0
#include "references/snapshot.hpp"

#include <algorithm>

namespace hooklet {

namespace {

/// Notes what things of one Pod refer to.
class Collector {
  public:
    explicit Collector(const api::Pod* pod) : pod_(pod) {}

    void config_map(const std::string& name) { add(ObjectKind::config_map, name); }
    void secret(const std::string& name) { add(ObjectKind::secret, name); }

    void environment(const api::Container& container) {
        for (const api::EnvFromSource& from : container.envFrom) {
            if (from.configMapRef) config_map(from.configMapRef->name);
            if (from.secretRef) secret(from.secretRef->name);
        }
        for (const api::EnvVar& variable : container.env) {
            if (!variable.valueFrom) continue;
            if (const auto& ref = variable.valueFrom->configMapKeyRef) config_map(ref->name);
            if (const auto& ref = variable.valueFrom->secretKeyRef) secret(ref->name);
        }
    }

    void volumes() {
        for (const api::Volume& volume : pod_->spec.volumes) {
            if (volume.configMap) config_map(volume.configMap->name);
            if (volume.secret) secret(volume.secret->secretName);
            if (!volume.projected) continue;
            for (const api::VolumeProjection& source : volume.projected->sources) projection(source);
        }
    }

    References found;

  private:
    void add(ObjectKind kind, const std::string& name) {
        found.objects.insert({kind, pod_->metadata.namespace_, name});
    }
    void projection(const api::VolumeProjection& source) {
        if (source.configMap) config_map(source.configMap->name);
        if (source.secret) secret(source.secret->name);
        if (source.serviceAccountToken) {
            found.tokens.insert(token_request(*pod_, *source.serviceAccountToken));
        }
    }

    const api::Pod* pod_;
};

template <class Found>
Found find(const std::map<ObjectRef, Found>& all, const ObjectRef& object) {
    const auto found = all.find(object);
    return found == all.end() ? std::unexpected(object_not_found(object)) : found->second;
}

}  // namespace

References references_of(const api::Pod& pod, const api::Container& container) {
    Collector collector(&pod);
    collector.environment(container);
    return std::move(collector.found);
}

References references_of_volumes(const api::Pod& pod) {
    Collector collector(&pod);
    collector.volumes();
    return std::move(collector.found);
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
    Collector collector(&pod);
    collector.volumes();
    for (const api::Container& container : pod.spec.initContainers) collector.environment(container);
    for (const api::Container& container : pod.spec.containers) collector.environment(container);
    return std::move(collector.found.objects);
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
