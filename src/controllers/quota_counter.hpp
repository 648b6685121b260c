// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/quota_types.hpp"
#include "controllers/inventory.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"

#include <memory>

namespace hooklet {

/// Keeps the status of resource quotas: what is used of them. Nothing is decided by it; admission counts for
/// itself.
class QuotaCounter {
  public:
    /// The inventory tells when something has come or gone; it is listened to here, and started by its owner.
    QuotaCounter(Api* api, Clock* clock, Executor executor, Inventory* inventory);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using Object = std::shared_ptr<const api::ResourceQuota>;

    [[nodiscard]] bool has_quota(const std::string& namespace_) const;
    Task<Status> count_all(CancelToken cancel);
    Task<Status> count(Object quota, Call call);

    Api* api_;
    Clock* clock_;
    Informer<api::ResourceQuota> quotas_;
    ControlLoop loop_;
};

}  // namespace hooklet
