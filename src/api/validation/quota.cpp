// SPDX-License-Identifier: Apache-2.0
#include "api/validation/quota.hpp"

#include "api/quota_names.hpp"
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::api {

namespace {

using Names = std::vector<std::string>;

constexpr std::array<std::string_view, 6> scopes{"Terminating",   "NotTerminating",
                                                 "BestEffort",    "NotBestEffort",
                                                 "PriorityClass", "CrossNamespacePodAffinity"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> opposites{
    {{"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"}}};

std::string_view without_prefix(std::string_view name) {
    for (const std::string_view prefix : {"requests.", "limits."}) {
        if (name.starts_with(prefix)) return name.substr(prefix.size());
    }
    return name;
}

bool is_measured(std::string_view name) {
    const std::string_view resource = without_prefix(name);
    return contains(quota::measured, resource) || resource.starts_with("hugepages-") ||
           name == "requests.storage";
}

/// Whether Pods of the scope have the resource: those without requests have nothing but their number.
bool goes_with(std::string_view scope, std::string_view name) {
    if (name == "pods") return true;
    return scope != "BestEffort" && is_measured(name) && name != "requests.storage";
}

void check_amount(const std::string& name, const Quantity& amount, const std::string& path, Issues& issues) {
    const std::string place = fmt::format("{}[{}]", path, name);
    const bool known = is_measured(name) || contains(quota::counted, name);
    if (!known) {
        for (const std::string& problem : qualified_name(name))
            issues.push_back(issue::invalid_text(place, name, problem));
        if (!name.contains('/'))
            issues.push_back(issue::invalid_text(place, name, "must be a standard resource for quota"));
    }
    if (amount < Quantity::of_units(0))
        issues.push_back(issue::invalid_text(place, amount.text(), "must be greater than or equal to 0"));
    else if (!is_measured(name) && amount.milli() % 1000 != 0)
        issues.push_back(issue::invalid_text(place, amount.text(), "must be an integer"));
}

void check_scopes(const Names& asked, const ResourceQuotaSpec& spec, const std::string& path,
                  Issues& issues) {
    const std::string shown = fmt::format("[\"{}\"]", fmt::join(asked, "\",\""));
    const auto refuse = [&](std::string_view why) { issues.push_back(issue::invalid_raw(path, shown, why)); };
    for (const std::string& scope : asked) {
        if (!contains(scopes, scope)) refuse("unsupported scope");
        for (const auto& [name, amount] : spec.hard) {
            const bool standard = is_measured(name) || contains(quota::counted, name);
            if (standard && !goes_with(scope, name)) refuse("unsupported scope applied to resource");
        }
    }
    for (const auto& [one, other] : opposites) {
        if (contains(asked, one) && contains(asked, other)) refuse("conflicting scopes");
    }
}

void check_selector(const ScopeSelector& selector, const std::string& path, Issues& issues) {
    for (std::size_t i = 0; i < selector.matchExpressions.size(); ++i) {
        const ScopedResourceSelectorRequirement& one = selector.matchExpressions[i];
        const std::string place = fmt::format("{}.matchExpressions[{}].values", path, i);
        const bool wants_values = one.operator_ == "In" || one.operator_ == "NotIn";
        if (wants_values && one.values.empty())
            issues.push_back(issue::required(
                place, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
        if (!wants_values && !one.values.empty())
            issues.push_back(issue::invalid_raw(
                place, fmt::format("[\"{}\"]", fmt::join(one.values, "\",\"")),
                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"));
    }
}

}  // namespace

Issues validate(const ResourceQuota& quota) {
    Issues issues;
    check_metadata(quota.metadata, issues);
    check_table(describe<ResourceQuota>(), &quota, "", issues);
    for (const auto& [name, amount] : quota.spec.hard) check_amount(name, amount, "spec.hard", issues);
    check_scopes(quota.spec.scopes, quota.spec, "spec.scopes", issues);
    if (quota.spec.scopeSelector) {
        Names names;
        for (const auto& one : quota.spec.scopeSelector->matchExpressions) names.push_back(one.scopeName);
        check_scopes(names, quota.spec, "spec.scopeSelector", issues);
        check_selector(*quota.spec.scopeSelector, "spec.scopeSelector", issues);
    }
    return issues;
}

}  // namespace hooklet::api
