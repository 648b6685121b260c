// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/object_source.hpp"

#include <map>
#include <memory>

namespace hooklet {

/// ConfigMaps and Secrets that the agent holds itself, in memory: those that `hooklet run` was given. There
/// is no API server that could issue tokens.
class LocalObjects final : public ObjectSource {
  public:
    LocalObjects();

    // Adds or replaces by namespace and name; watches of the object are told before the call returns.
    void put(api::ConfigMap config_map);
    void put(api::Secret secret);
    /// Removes it, if it is there, and tells its watches.
    void remove(const ObjectRef& object);

    Task<Result<std::shared_ptr<const api::ConfigMap>>> config_map(std::string namespace_, std::string name,
                                                                   Call call) override;
    Task<Result<std::shared_ptr<const api::Secret>>> secret(std::string namespace_, std::string name,
                                                            Call call) override;
    /// Always fails.
    Task<Result<ServiceAccountToken>> service_account_token(ServiceAccountTokenRequest request,
                                                            Call call) override;
    /// Always fails: nobody has made such a class.
    Task<Result<std::string>> runtime_handler(std::string runtime_class, Call call) override;
    ObjectWatch watch(ObjectRef object, std::function<void()> changed) override;

  private:
    struct Watches;
    struct Handle;

    std::map<ObjectRef, std::shared_ptr<const api::ConfigMap>> config_maps_;
    std::map<ObjectRef, std::shared_ptr<const api::Secret>> secrets_;
    std::shared_ptr<Watches> watches_;
};

}  // namespace hooklet
