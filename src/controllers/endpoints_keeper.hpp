// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/endpoint_writes.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"
#include "ports/api.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace hooklet {

/// Keeps the Endpoints and EndpointSlices of all Services (see endpoint_writes.hpp). What others write into
/// those of a Service with a selector does not last; the Endpoints of the others are left to those who make
/// them.
class EndpointsKeeper {
  public:
    EndpointsKeeper(Api* api, Clock* clock, const Executor& executor);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using ServicePtr = std::shared_ptr<const api::Service>;

    [[nodiscard]] bool has_targets_in(const std::string& namespace_) const;
    /// What there is to write now; from the first Service with a selector on it takes Pods to know that.
    std::vector<EndpointWrite> writes(const std::set<ObjectName>& gone);

    Task<Status> keep_all(CancelToken cancel);
    Task<Status> carry_out(EndpointWrite write, Call call);

    Api* api_;
    Clock* clock_;
    Informer<api::Service> services_;
    Informer<api::Pod> pods_;
    bool listening_ = false;  ///< Whether `pods_` was started.
    Informer<api::Endpoints> endpoints_;
    Informer<api::EndpointSlice> slices_;
    std::set<ObjectName> gone_;  ///< Services whose Endpoints are to go, whoever made them.
    ControlLoop loop_;
};

}  // namespace hooklet
