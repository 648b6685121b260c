// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/object_source.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace hooklet {

/// What has to be read before the environment or the volumes of a Pod can be made.
struct References {
    std::set<ObjectRef> objects;
    std::set<ServiceAccountTokenRequest> tokens;
};

/// Of the container's env and envFrom.
References references_of(const api::Pod& pod, const api::Container& container);
/// Of the Pod's volumes.
References references_of_volumes(const api::Pod& pod);
/// Of what its images are pulled with.
References references_of_pulls(const api::Pod& pod);
/// The ConfigMaps and Secrets of all volumes, and of all containers but the ephemeral ones.
std::set<ObjectRef> all_references(const api::Pod& pod);
ServiceAccountTokenRequest token_request(const api::Pod& pod, const api::ServiceAccountTokenProjection& from);

/// What the references of one Pod led to, at one moment. Errors are values here: whether one matters is known
/// to who asks.
class ObjectSnapshot {
  public:
    using ConfigMap = Result<std::shared_ptr<const api::ConfigMap>>;
    using Secret = Result<std::shared_ptr<const api::Secret>>;

    void add(const ObjectRef& object, ConfigMap found) { config_maps_.emplace(object, std::move(found)); }
    void add(const ObjectRef& object, Secret found) { secrets_.emplace(object, std::move(found)); }
    void add(const ServiceAccountTokenRequest& request, Result<ServiceAccountToken> token);

    /// What was not read counts as not found.
    [[nodiscard]] ConfigMap config_map(const std::string& namespace_, const std::string& name) const;
    [[nodiscard]] Secret secret(const std::string& namespace_, const std::string& name) const;
    [[nodiscard]] Result<ServiceAccountToken> token(const ServiceAccountTokenRequest& request) const;
    /// The values in all Secrets that were read.
    [[nodiscard]] std::set<std::string> secret_values() const;
    /// When the first token has to be replaced: after 80 % of its life; nullopt without tokens.
    [[nodiscard]] std::optional<WallTime> refresh_at() const;

  private:
    std::map<ObjectRef, ConfigMap> config_maps_;
    std::map<ObjectRef, Secret> secrets_;
    std::map<ServiceAccountTokenRequest, Result<ServiceAccountToken>> tokens_;
};

/// Reads everything, within one call. `source` outlives it.
Task<ObjectSnapshot> fetch(ObjectSource* source, References references, Call call);

}  // namespace hooklet
