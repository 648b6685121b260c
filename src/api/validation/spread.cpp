// SPDX-License-Identifier: Apache-2.0
// How evenly Pods are to be spread.
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view hard_action = "DoNotSchedule";

void check_min_domains(const TopologySpreadConstraint& constraint, const std::string& path, Issues& issues) {
    if (!constraint.minDomains || constraint.whenUnsatisfiable == hard_action) return;
    issues.push_back(issue::invalid_raw(path, std::to_string(*constraint.minDomains),
                                        fmt::format("can only use minDomains if whenUnsatisfiable={}, not {}",
                                                    hard_action, constraint.whenUnsatisfiable)));
}

void check_spread_keys(const TopologySpreadConstraint& constraint, const std::string& path, Issues& issues) {
    const auto& keys = constraint.matchLabelKeys;
    const auto& selector = constraint.labelSelector;
    if (!keys.empty() && !selector)
        issues.push_back(issue::forbidden(path, "must not be specified when labelSelector is not set"));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        add_problems(qualified_name(keys[i]), at(path, i), keys[i], issues);
        if (selector && names_key(*selector, keys[i]))
            issues.push_back(
                issue::invalid_text(at(path, i), keys[i], "exists in both matchLabelKeys and labelSelector"));
    }
}

void check_constraint(const TopologySpreadConstraint& constraint, const std::string& path, Issues& issues) {
    const std::vector<std::string_view> actions{hard_action, "ScheduleAnyway"};
    if (constraint.topologyKey.empty())
        issues.push_back(issue::required(path + ".topologyKey", "can not be empty"));
    if (!contains(actions, constraint.whenUnsatisfiable))
        issues.push_back(
            issue::not_supported(path + ".whenUnsatisfiable", constraint.whenUnsatisfiable, actions));
    check_min_domains(constraint, path + ".minDomains", issues);
    check_spread_keys(constraint, path + ".matchLabelKeys", issues);
    check_selector(constraint.labelSelector, path + ".labelSelector", issues);
}

}  // namespace

void check_spread(const std::vector<TopologySpreadConstraint>& constraints, const std::string& path,
                  Issues& issues) {
    for (auto one = constraints.begin(); one != constraints.end(); ++one) {
        const std::string one_path = at(path, static_cast<std::size_t>(one - constraints.begin()));
        check_constraint(*one, one_path, issues);
        const bool repeated = std::any_of(one + 1, constraints.end(), [one](const auto& other) {
            return other.topologyKey == one->topologyKey && other.whenUnsatisfiable == one->whenUnsatisfiable;
        });
        if (!repeated) continue;
        issues.push_back(
            issue::duplicate(one_path + ".{topologyKey, whenUnsatisfiable}",
                             fmt::format("{{{}, {}}}", one->topologyKey, one->whenUnsatisfiable)));
    }
}

}  // namespace hooklet::api
