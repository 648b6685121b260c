// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/roles.hpp"
#include "store/object_store.hpp"

#include <optional>
#include <vector>

namespace hooklet::server {

/// Roles as they are stored. They are read anew only when one of them has changed.
class StoredRoles final : public identity::RoleSource {
  public:
    /// The store outlives it.
    explicit StoredRoles(const store::ObjectStore* objects) : objects_(objects) {}

    const identity::Roles& roles() override;

  private:
    const store::ObjectStore* objects_;
    std::optional<Revision> seen_;  // of the store
    std::vector<store::ObjectPtr> read_;
    identity::Roles roles_;
};

}  // namespace hooklet::server
