// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/inventory.hpp"
#include "controllers/ownership.hpp"
#include "informer/control_loop.hpp"

#include <set>
#include <string>
#include <utility>

namespace hooklet {

/// Removes what is left behind when its owners go, and ends deletions that wait for dependents or leave
/// orphans. An owner counts as gone only after the API was asked for it; one of a kind that the inventory
/// does not follow is taken for there. An owner in another namespace than the object that names it is told in
/// an event of that object.
class GarbageCollector {
  public:
    /// The inventory is listened to here, and started by its owner.
    GarbageCollector(Api* api, Clock* clock, Executor executor, Inventory* inventory);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start() { loop_.start(); }
    Task<void> stop() { return loop_.stop(); }

  private:
    Task<Status> collect(CancelToken cancel);
    /// Those owners that are not there.
    Task<Result<AbsentOwners>> absent_owners(CancelToken cancel);
    Task<Result<bool>> is_absent(MissingOwner owner, CancelToken cancel);
    /// Warns of owners that own nothing where they are named, once for each.
    Task<void> tell_misplaced(CancelToken cancel);
    Task<Status> perform(OwnershipStep step, CancelToken cancel);
    [[nodiscard]] Call request(const CancelToken& cancel) const;

    Api* api_;
    Clock* clock_;
    Inventory* inventory_;
    std::set<std::pair<std::string, std::string>> told_;  ///< Uids of objects and their misplaced owners.
    ControlLoop loop_;
};

}  // namespace hooklet
