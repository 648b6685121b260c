// SPDX-License-Identifier: Apache-2.0
#include "controllers/disruption_keeper.hpp"

#include "controllers/disruption_status.hpp"
#include "controllers/resource.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace hooklet {

DisruptionKeeper::DisruptionKeeper(Api* api, Clock* clock, const Executor& executor)
    : api_(api),
      clock_(clock),
      budgets_(api, clock, executor, {{"policy", "v1", "poddisruptionbudgets"}}),
      pods_(api, clock, executor, {{"", "v1", "pods"}}),
      loop_(clock, executor, [this](CancelToken cancel) { return keep_all(std::move(cancel)); }) {
    budgets_.listen([this](const auto&, const auto&) { loop_.poke(); });
    pods_.listen(
        [this](const auto& before, const auto& now) {
            if (has_budget_in((now ? now : before)->metadata.namespace_)) loop_.poke();
        },
        [this] { loop_.poke(); });
}

void DisruptionKeeper::start() {
    loop_.start();
    budgets_.start();
}

Task<void> DisruptionKeeper::stop() {
    co_await budgets_.stop();
    co_await loop_.stop();  // which may start to listen
    co_await pods_.stop();
}

bool DisruptionKeeper::has_budget_in(const std::string& namespace_) const {
    const auto first = budgets_.objects().lower_bound({namespace_, ""});
    return first != budgets_.objects().end() && first->first.namespace_ == namespace_;
}

PodPointers DisruptionKeeper::pods_of(const api::PodDisruptionBudget& budget) const {
    PodPointers found;
    const std::string& namespace_ = budget.metadata.namespace_;
    const auto& all = pods_.objects();
    for (auto it = all.lower_bound({namespace_, ""}); it != all.end(); ++it) {
        if (it->first.namespace_ != namespace_) break;
        found.push_back(it->second);
    }
    return found;
}

Task<Status> DisruptionKeeper::keep_all(CancelToken cancel) {
    std::vector<BudgetPtr> budgets;
    for (const auto& [name, budget] : budgets_.objects()) budgets.push_back(budget);
    if (budgets.empty()) co_return Status{};
    if (!std::exchange(listening_, true)) pods_.start();
    if (!pods_.synced()) co_return Status{};
    Status all;
    std::optional<WallTime> again;
    for (const BudgetPtr& budget : budgets) {
        DisruptionStatus wanted = disruption_status(*budget, pods_of(*budget), clock_->wall());
        if (wanted.again) again = std::min(again.value_or(*wanted.again), *wanted.again);
        if (wanted.status == budget->status) continue;
        const Call call = clock_->call_within(longest_request, cancel);
        const Status one = co_await write(budget, std::move(wanted.status), call);
        if (!one && one.error().code != Code::not_found) all = one;
    }
    if (again) loop_.poke_at(clock_->now() + (*again - clock_->wall()) + std::chrono::seconds{1});
    co_return all;
}

Task<Status> DisruptionKeeper::write(BudgetPtr budget, api::PodDisruptionBudgetStatus status, Call call) {
    api::PodDisruptionBudget right = *budget;
    right.kind = "PodDisruptionBudget";
    right.apiVersion = "policy/v1";
    right.status = std::move(status);
    const ApiPath path{"policy", "v1", "poddisruptionbudgets", right.metadata.namespace_, right.metadata.name,
                       "status"};
    const auto written = co_await api_->update(path, api::encode(right), std::move(call));
    if (!written) co_return std::unexpected(written.error());
    co_return Status{};
}

}  // namespace hooklet
