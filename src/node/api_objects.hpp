// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "node/api_ports.hpp"
#include "ports/object_source.hpp"

#include <map>
#include <memory>

namespace hooklet {

/// What Pods refer to, read from the API: one watch for each object that somebody watches, however many do.
class ApiObjects final : public ObjectSource {
  public:
    explicit ApiObjects(ApiPorts ports);
    /// Precondition: stop() was awaited.
    ~ApiObjects() override;

    Task<Result<std::shared_ptr<const api::ConfigMap>>> config_map(std::string namespace_, std::string name,
                                                                   Call call) override;
    Task<Result<std::shared_ptr<const api::Secret>>> secret(std::string namespace_, std::string name,
                                                            Call call) override;
    /// A TokenRequest that is bound to the Pod.
    Task<Result<ServiceAccountToken>> service_account_token(ServiceAccountTokenRequest request,
                                                            Call call) override;
    Task<Result<std::string>> runtime_handler(std::string runtime_class, Call call) override;
    /// Watches that are left are told nothing after stop().
    ObjectWatch watch(ObjectRef object, std::function<void()> changed) override;

    Task<void> stop();

  private:
    struct Watched;
    struct Watches;
    struct Handle;

    ApiPorts ports_;
    Gate gate_;
    std::shared_ptr<Watches> watches_;
};

}  // namespace hooklet
