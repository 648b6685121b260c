// SPDX-License-Identifier: Apache-2.0
#include "controllers/role_aggregator.hpp"

#include "api/selector.hpp"
#include "base/contains.hpp"
#include "controllers/resource.hpp"

#include <utility>

namespace hooklet {

namespace {

ApiPath cluster_role_path(std::string name = "") {
    return {"rbac.authorization.k8s.io", "v1", "clusterroles", "", std::move(name)};
}

}  // namespace

std::vector<api::PolicyRule> aggregated_rules(const api::ClusterRole& role,
                                              const Informer<api::ClusterRole>::Objects& all) {
    std::vector<api::PolicyRule> rules;
    for (const api::LabelSelector& selector : role.aggregationRule->clusterRoleSelectors) {
        const auto wanted = api::label_requirements(selector);
        if (!wanted) continue;
        for (const auto& [name, other] : all) {
            if (name.name == role.metadata.name || !api::matches(*wanted, other->metadata.labels)) continue;
            for (const api::PolicyRule& rule : other->rules) {
                if (!contains(rules, rule)) rules.push_back(rule);
            }
        }
    }
    return rules;
}

RoleAggregator::RoleAggregator(Api* api, Clock* clock, Executor executor)
    : api_(api),
      clock_(clock),
      roles_(api, clock, executor, {cluster_role_path()}),
      loop_(clock, executor, [this](CancelToken cancel) { return aggregate_all(std::move(cancel)); }) {
    roles_.listen([this](const auto&, const auto&) { loop_.poke(); }, [this] { loop_.poke(); });
}

void RoleAggregator::start() {
    loop_.start();
    roles_.start();
}

Task<void> RoleAggregator::stop() {
    co_await roles_.stop();
    co_await loop_.stop();
}

Task<Status> RoleAggregator::aggregate_all(CancelToken cancel) {
    if (!roles_.synced()) co_return Status{};
    std::vector<Object> aggregated;
    for (const auto& [name, role] : roles_.objects()) {
        if (role->aggregationRule) aggregated.push_back(role);
    }
    Status all;
    for (const Object& role : aggregated) {
        const Status one = co_await aggregate(role, clock_->call_within(longest_request, cancel));
        if (!one) all = one;
    }
    co_return all;
}

Task<Status> RoleAggregator::aggregate(Object role, Call call) {
    std::vector<api::PolicyRule> rules = aggregated_rules(*role, roles_.objects());
    if (rules == role->rules) co_return Status{};
    // The roles that are made of this one follow when the change is seen here.
    api::ClusterRole right = *role;
    right.rules = std::move(rules);
    right.kind = "ClusterRole";
    right.apiVersion = "rbac.authorization.k8s.io/v1";
    api::Node document = api::encode(right);
    const ApiPath path = cluster_role_path(role->metadata.name);
    const auto updated = co_await api_->update(path, std::move(document), call);
    if (updated || updated.error().code == Code::not_found) co_return Status{};
    co_return std::unexpected(updated.error());
}

}  // namespace hooklet
