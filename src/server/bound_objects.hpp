// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/service_account_token.hpp"
#include "store/object_store.hpp"

namespace hooklet::server {

/// What tokens are bound to, as it is stored.
class StoredBoundObjects final : public identity::BoundObjects {
  public:
    /// The store outlives it.
    explicit StoredBoundObjects(const store::ObjectStore* objects) : objects_(objects) {}

    [[nodiscard]] std::optional<identity::BoundObject> find(identity::BoundKind kind,
                                                            std::string_view namespace_,
                                                            std::string_view name) const override;

  private:
    const store::ObjectStore* objects_;
};

}  // namespace hooklet::server
