// SPDX-License-Identifier: Apache-2.0
#include "server/disruption.hpp"

#include "api/disruption.hpp"
#include "server/write.hpp"

#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

constexpr Duration budget_lookup_limit = std::chrono::seconds{30};
constexpr std::int32_t retry_after_s = 10;

const kinds::Kind& budget_kind() {
    return *kinds::find("policy", "v1", "poddisruptionbudgets");
}

ApiStatus violates_budget(std::string why, std::int32_t retry_after) {
    ApiStatus status = status::failure(429, "TooManyRequests",
                                       "Cannot evict pod as it would violate the pod's disruption budget.");
    api::StatusDetails& details = status.details.emplace();
    details.retryAfterSeconds = retry_after;
    details.causes.push_back({"DisruptionBudget", std::move(why), ""});
    return status;
}

/// Why a budget that allows nothing does so.
std::string why_not(const api::PodDisruptionBudget& budget) {
    const api::PodDisruptionBudgetStatus& status = budget.status;
    const std::string& name = budget.metadata.name;
    const api::Condition* condition = api::disruption_condition(status);
    const bool says_why = condition != nullptr && condition->status == "False" && !condition->message.empty();
    const std::string no =
        fmt::format("The disruption budget {} does not allow evicting pods currently", name);
    if (says_why && api::has_failed_sync(status))
        return fmt::format("{} because it failed sync: {}", no, condition->message);
    if (status.currentHealthy <= status.desiredHealthy) {
        return fmt::format("The disruption budget {} needs {} healthy pods and has {} currently", name,
                           status.desiredHealthy, status.currentHealthy);
    }
    return says_why ? fmt::format("{} ({}): {}", no, condition->reason, condition->message) : no;
}

Task<Answer<std::vector<api::PodDisruptionBudget>>> budgets_of(Services services, api::Pod pod) {
    store::ListQuery query;
    query.selection.resource = stored_resource(budget_kind());
    query.selection.namespace_ = pod.metadata.namespace_;
    const Call call = services.clock->call_within(budget_lookup_limit);
    const auto page = co_await services.objects->list(std::move(query), call);
    if (!page) co_return std::unexpected(status::of(page.error(), budget_kind(), ""));
    std::vector<api::PodDisruptionBudget> found;
    for (const store::ObjectPtr& stored : page->objects) {
        const kinds::Object object = decode(budget_kind(), *stored);
        const auto& budget = *static_cast<const api::PodDisruptionBudget*>(object.get());
        if (api::covers(budget, pod)) found.push_back(budget);
    }
    co_return found;
}

Answer<kinds::Object> spent(const store::Object& stored, const std::string& pod, WallTime now) {
    const kinds::Object object = decode(budget_kind(), stored);
    auto budget = spend(*static_cast<const api::PodDisruptionBudget*>(object.get()), pod, now);
    if (!budget) return std::unexpected(budget.error());
    return std::make_shared<api::PodDisruptionBudget>(*std::move(budget));
}

}  // namespace

ApiStatus budget_in_progress(const std::string& budget) {
    return violates_budget(
        fmt::format("The disruption budget {} is still being processed by the server.", budget),
        retry_after_s);
}

bool lets_unready_go(const api::PodDisruptionBudget& budget) {
    if (budget.spec.unhealthyPodEvictionPolicy == "AlwaysAllow") return true;
    const api::PodDisruptionBudgetStatus& status = budget.status;
    return status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

Answer<api::PodDisruptionBudget> spend(api::PodDisruptionBudget budget, const std::string& pod,
                                       WallTime now) {
    api::PodDisruptionBudgetStatus& status = budget.status;
    if (status.observedGeneration < budget.metadata.generation)
        return std::unexpected(budget_in_progress(budget.metadata.name));
    if (status.disruptionsAllowed <= 0) return std::unexpected(violates_budget(why_not(budget), 0));
    status.disruptionsAllowed -= 1;
    if (status.disruptionsAllowed == 0) api::set_disruption_condition(status, now);
    status.disruptedPods[pod] = now;
    return budget;
}

Task<Answer<EvictionPermit>> permit_eviction(Services services, api::Pod pod, bool dry_run) {
    const auto budgets = co_await budgets_of(services, pod);
    if (!budgets) co_return std::unexpected(budgets.error());
    if (budgets->empty()) co_return EvictionPermit{};
    if (budgets->size() > 1) {
        co_return std::unexpected(status::failure(
            500, "",
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
            "support."));
    }
    const api::PodDisruptionBudget& budget = budgets->front();
    if (!api::is_healthy(pod) && lets_unready_go(budget)) co_return EvictionPermit{budget.metadata.name};
    const Target target{&budget_kind(), budget.metadata.namespace_, budget.metadata.name};
    const Change make = [name = pod.metadata.name, clock = services.clock](const store::Object& stored) {
        return spent(stored, name, clock->wall());
    };
    const ChangeOptions unchecked{.dry_run = dry_run, .by_rules = false};
    const auto taken = co_await change(services, target, make, unchecked);
    if (!taken) co_return std::unexpected(taken.error());
    co_return EvictionPermit{};
}

}  // namespace hooklet::server
