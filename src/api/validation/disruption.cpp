// SPDX-License-Identifier: Apache-2.0
#include "api/validation/disruption.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/validation/parts.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hooklet::api {

namespace {

constexpr const char* percent_rule =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex "
    "used for validation is '[0-9]+%')";
constexpr const char* not_negative = "must be greater than or equal to 0";

bool is_percentage(std::string_view text) {
    if (text.size() < 2 || !text.ends_with('%')) return false;
    text.remove_suffix(1);
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_more_than_all(std::string_view percentage) {
    percentage.remove_suffix(1);
    const std::size_t first = std::min(percentage.find_first_not_of('0'), percentage.size());
    percentage.remove_prefix(first);
    return percentage.size() > 3 || (percentage.size() == 3 && percentage > "100");
}

void check_bound(const std::optional<IntOrString>& bound, const std::string& path, Issues& issues) {
    if (!bound) return;
    if (const std::int32_t* number = bound->number()) {
        if (*number < 0) issues.push_back(issue::invalid_raw(path, std::to_string(*number), not_negative));
    } else if (const std::string& text = *bound->name(); !is_percentage(text)) {
        issues.push_back(issue::invalid_text(path, text, percent_rule));
    } else if (is_more_than_all(text)) {
        issues.push_back(issue::invalid_text(path, text, "must not be greater than 100%"));
    }
}

/// As Go writes the spec: all fields, by the names of its own.
std::string spec_text(const PodDisruptionBudgetSpec& spec) {
    const Node document = encode(spec);
    Node out;
    constexpr std::pair<const char*, const char*> members[] = {
        {"MinAvailable", "minAvailable"},
        {"Selector", "selector"},
        {"MaxUnavailable", "maxUnavailable"},
        {"UnhealthyPodEvictionPolicy", "unhealthyPodEvictionPolicy"}};
    for (const auto& [name, member] : members) {
        const Node* value = document.find(member);
        out.set(name, value != nullptr ? *value : Node());
    }
    return write_json(out);
}

void check_count(std::int32_t count, const char* path, Issues& issues) {
    if (count < 0) issues.push_back(issue::invalid_raw(path, std::to_string(count), not_negative));
}

}  // namespace

Issues validate(const PodDisruptionBudget& budget) {
    Issues issues;
    check_metadata(budget.metadata, issues);
    const PodDisruptionBudgetSpec& spec = budget.spec;
    if (spec.minAvailable && spec.maxUnavailable) {
        issues.push_back(issue::invalid_raw("spec", spec_text(spec),
                                            "minAvailable and maxUnavailable cannot be both set"));
    }
    check_bound(spec.minAvailable, "spec.minAvailable", issues);
    check_bound(spec.maxUnavailable, "spec.maxUnavailable", issues);
    check_selector(spec.selector, "spec.selector", issues);
    check_table(describe<PodDisruptionBudget>(), &budget, "", issues);
    return issues;
}

Issues validate_update(std::string_view part, const PodDisruptionBudget& now,
                       const PodDisruptionBudget& /*before*/) {
    Issues issues;
    if (part != "status") return issues;
    check_count(now.status.disruptionsAllowed, "status.disruptionsAllowed", issues);
    check_count(now.status.currentHealthy, "status.currentHealthy", issues);
    check_count(now.status.desiredHealthy, "status.desiredHealthy", issues);
    check_count(now.status.expectedPods, "status.expectedPods", issues);
    return issues;
}

}  // namespace hooklet::api
