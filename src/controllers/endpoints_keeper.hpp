// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/service_targets.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"
#include "ports/api.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace hooklet {

/// Keeps the Endpoints and EndpointSlices of all Services with a selector (see service_targets.hpp), and
/// removes those of Services that are gone. What others write into them does not last; Services without a
/// selector are left to those who make their Endpoints.
class EndpointsKeeper {
  public:
    EndpointsKeeper(Api* api, Clock* clock, const Executor& executor);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using ServicePtr = std::shared_ptr<const api::Service>;
    using EndpointsPtr = std::shared_ptr<const api::Endpoints>;
    using SlicePtr = std::shared_ptr<const api::EndpointSlice>;

    [[nodiscard]] bool has_targets_in(const std::string& namespace_) const;
    [[nodiscard]] PodPointers pods_in(const std::string& namespace_) const;
    /// Those that this made for the Service of that name.
    [[nodiscard]] std::vector<SlicePtr> slices_with(const ObjectName& service) const;

    Task<Status> keep_all(CancelToken cancel);
    Task<Status> keep_endpoints(ServicePtr service, Call call);
    Task<Status> keep_slices(ServicePtr service, Call call);
    Task<Status> keep_slice(api::EndpointSlice wanted, Call call);
    Task<Status> remove_leftovers(CancelToken cancel);

    Api* api_;
    Clock* clock_;
    Informer<api::Service> services_;
    Informer<api::Pod> pods_;  ///< From the first Service with a selector on.
    bool listening_ = false;
    Informer<api::Endpoints> endpoints_;
    Informer<api::EndpointSlice> slices_;
    std::set<ObjectName> gone_;  ///< Services whose Endpoints are to go, whoever made them.
    ControlLoop loop_;
};

}  // namespace hooklet
