// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/disruption_types.hpp"
#include "controllers/service_targets.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"

#include <memory>
#include <string>

namespace hooklet {

/// Keeps the status of disruption budgets (see disruption_status.hpp), which the eviction of Pods obeys.
class DisruptionKeeper {
  public:
    DisruptionKeeper(Api* api, Clock* clock, const Executor& executor);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using BudgetPtr = std::shared_ptr<const api::PodDisruptionBudget>;

    [[nodiscard]] bool has_budget_in(const std::string& namespace_) const;
    [[nodiscard]] PodPointers pods_of(const api::PodDisruptionBudget& budget) const;
    Task<Status> keep_all(CancelToken cancel);
    Task<Status> write(BudgetPtr budget, api::PodDisruptionBudgetStatus status, Call call);

    Api* api_;
    Clock* clock_;
    Informer<api::PodDisruptionBudget> budgets_;
    Informer<api::Pod> pods_;
    bool listening_ = false;  ///< Whether `pods_` was started, for the first budget.
    ControlLoop loop_;
};

}  // namespace hooklet
