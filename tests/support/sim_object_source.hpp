// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "references/local_objects.hpp"
#include "support/sim_wire.hpp"

#include <map>
#include <optional>
#include <string>

namespace hooklet::sim {

/// The objects as an agent sees them that has to ask for them: calls take time and may fail: sites
/// `objects.config_map`, `objects.secret`, `objects.token`, `objects.runtime_class`.
class SimObjectSource final : public ObjectSource {
  public:
    SimObjectSource(LocalObjects* objects, SimWire wire) : objects_(objects), wire_(std::move(wire)) {}

    Task<Result<std::shared_ptr<const api::ConfigMap>>> config_map(std::string namespace_, std::string name,
                                                                   Call call) override;
    Task<Result<std::shared_ptr<const api::Secret>>> secret(std::string namespace_, std::string name,
                                                            Call call) override;
    Task<Result<ServiceAccountToken>> service_account_token(ServiceAccountTokenRequest request,
                                                            Call call) override;
    Task<Result<std::string>> runtime_handler(std::string runtime_class, Call call) override;
    ObjectWatch watch(ObjectRef object, std::function<void()> changed) override;

    /// From now on there is somebody who issues tokens, `token-1`, `token-2`, ... of the asked life.
    void issue_tokens() { issued_ = 0; }
    /// A RuntimeClass with this handler; without any, there is none.
    void add_runtime_class(const std::string& name, std::string handler) {
        handlers_[name] = std::move(handler);
    }

    [[nodiscard]] std::uint64_t state_hash() const { return wire_.state_hash(); }

  private:
    LocalObjects* objects_;
    SimWire wire_;
    std::optional<int> issued_;
    std::map<std::string, std::string> handlers_;  // by RuntimeClass
};

}  // namespace hooklet::sim
