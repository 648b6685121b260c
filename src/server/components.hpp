// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/computed.hpp"

namespace hooklet::server {

/// How the parts of the control plane are, for `kubectl get componentstatuses`. Where one process is all of
/// it, whoever gets an answer has found the server well; `store` is what can fail apart from it.
class Components final : public Computed {
  public:
    /// `objects` outlives it.
    explicit Components(store::ObjectStore* objects) : objects_(objects) {}

    Task<Result<store::Page>> list(Asked asked, Call call) override;

  private:
    store::ObjectStore* objects_;
};

}  // namespace hooklet::server
