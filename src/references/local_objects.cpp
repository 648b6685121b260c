// SPDX-License-Identifier: Apache-2.0
#include "references/local_objects.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

namespace hooklet {

namespace {

template <class Object>
Result<std::shared_ptr<const Object>> find(const std::map<ObjectRef, std::shared_ptr<const Object>>& objects,
                                           const ObjectRef& ref) {
    const auto found = objects.find(ref);
    if (found == objects.end()) return std::unexpected(object_not_found(ref));
    return found->second;
}

}  // namespace

struct LocalObjects::Watches {
    using Changed = std::function<void()>;

    /// Those of the object at this moment: a listener may end its watch, or another one.
    void tell(const ObjectRef& object) const {
        std::vector<Changed> listeners;
        for (const auto& [id, watch] : all) {
            if (watch.first == object) listeners.push_back(watch.second);
        }
        for (const Changed& changed : listeners) changed();
    }

    std::uint64_t next_id = 0;
    std::map<std::uint64_t, std::pair<ObjectRef, Changed>> all;
};

struct LocalObjects::Handle final : ObjectWatch::Handle {
    Handle(std::weak_ptr<Watches> owner, std::uint64_t number) : watches(std::move(owner)), id(number) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() override {
        if (const auto alive = watches.lock()) alive->all.erase(id);
    }

    std::weak_ptr<Watches> watches;
    std::uint64_t id;
};

LocalObjects::LocalObjects() : watches_(std::make_shared<Watches>()) {}

void LocalObjects::put(api::ConfigMap config_map) {
    const ObjectRef ref{ObjectKind::config_map, config_map.metadata.namespace_, config_map.metadata.name};
    config_maps_[ref] = std::make_shared<const api::ConfigMap>(std::move(config_map));
    watches_->tell(ref);
}

void LocalObjects::put(api::Secret secret) {
    const ObjectRef ref{ObjectKind::secret, secret.metadata.namespace_, secret.metadata.name};
    secrets_[ref] = std::make_shared<const api::Secret>(std::move(secret));
    watches_->tell(ref);
}

void LocalObjects::remove(const ObjectRef& object) {
    if (config_maps_.erase(object) + secrets_.erase(object) > 0) watches_->tell(object);
}

Task<Result<std::shared_ptr<const api::ConfigMap>>> LocalObjects::config_map(std::string namespace_,
                                                                             std::string name, Call) {
    const ObjectRef ref{ObjectKind::config_map, std::move(namespace_), std::move(name)};
    co_return find(config_maps_, ref);
}

Task<Result<std::shared_ptr<const api::Secret>>> LocalObjects::secret(std::string namespace_,
                                                                      std::string name, Call) {
    const ObjectRef ref{ObjectKind::secret, std::move(namespace_), std::move(name)};
    co_return find(secrets_, ref);
}

Task<Result<ServiceAccountToken>> LocalObjects::service_account_token(ServiceAccountTokenRequest, Call) {
    co_return fail(Code::invalid, "service account tokens need an API server, and there is none");
}

Task<Result<std::string>> LocalObjects::runtime_handler(std::string runtime_class, Call) {
    co_return fail(Code::not_found,
                   fmt::format("runtimeclasses.node.k8s.io \"{}\" not found", runtime_class));
}

ObjectWatch LocalObjects::watch(ObjectRef object, std::function<void()> changed) {
    const std::uint64_t id = watches_->next_id++;
    watches_->all.emplace(id, std::pair{std::move(object), std::move(changed)});
    return ObjectWatch(std::make_unique<Handle>(watches_, id));
}

}  // namespace hooklet
