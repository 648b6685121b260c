// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/usage.hpp"
#include "server/computed.hpp"

#include <string>

namespace hooklet::server {

/// What the node and its Pods use, as objects of `metrics.k8s.io`, for `kubectl top`. They have the labels of
/// the Node and of the Pods; a Pod that is not in the API has none.
class Metrics final : public Computed {
  public:
    /// `objects` outlives it.
    Metrics(store::ObjectStore* objects, std::string node_name)
        : objects_(objects), node_name_(std::move(node_name)) {}

    /// The meter outlives all requests that come after. Before, there is Code::unavailable.
    void use(UsageMeter* meter) { meter_ = meter; }

    Task<Result<store::Page>> list(Asked asked, Call call) override;

  private:
    store::ObjectStore* objects_;
    std::string node_name_;
    UsageMeter* meter_ = nullptr;
};

}  // namespace hooklet::server
