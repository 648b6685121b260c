// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/inventory.hpp"
#include "controllers/ownership.hpp"
#include "informer/control_loop.hpp"

#include <set>
#include <string>

namespace hooklet {

/// Removes what is left behind when its owners go, and ends deletions that wait for dependents or leave
/// orphans. An owner counts as gone only after the API was asked for it; one of a kind that the inventory
/// does not follow is taken for there.
class GarbageCollector {
  public:
    /// The inventory is listened to here, and started by its owner.
    GarbageCollector(Api* api, Clock* clock, Executor executor, Inventory* inventory);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start() { loop_.start(); }
    Task<void> stop() { return loop_.stop(); }

  private:
    Task<Status> collect(CancelToken cancel);
    /// The uids of those owners that are not there.
    Task<Result<std::set<std::string>>> absent_owners(CancelToken cancel);
    Task<Result<bool>> is_absent(MissingOwner owner, CancelToken cancel);
    Task<Status> perform(OwnershipStep step, CancelToken cancel);
    [[nodiscard]] Call request(const CancelToken& cancel) const;

    Api* api_;
    Clock* clock_;
    Inventory* inventory_;
    ControlLoop loop_;
};

}  // namespace hooklet
