// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/rbac_types.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"

#include <memory>
#include <vector>

namespace hooklet {

/// The rules of a ClusterRole that is put together out of others by their labels, each rule once; in the
/// order of its selectors, and for each of the roles' names. `all` are in that order.
std::vector<api::PolicyRule> aggregated_rules(const api::ClusterRole& role,
                                              const Informer<api::ClusterRole>::Objects& all);

/// Keeps the rules of such ClusterRoles.
class RoleAggregator {
  public:
    RoleAggregator(Api* api, Clock* clock, Executor executor);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using Object = std::shared_ptr<const api::ClusterRole>;

    Task<Status> aggregate_all(CancelToken cancel);
    Task<Status> aggregate(Object role, Call call);

    Api* api_;
    Clock* clock_;
    Informer<api::ClusterRole> roles_;
    ControlLoop loop_;
};

}  // namespace hooklet
