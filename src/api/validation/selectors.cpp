// SPDX-License-Identifier: Apache-2.0
#include "api/selector.hpp"
#include "api/validation/parts.hpp"

#include <algorithm>
#include <type_traits>

namespace hooklet::api {

namespace {

using Operator = LabelRequirement::Operator;

void check_value_count(Operator op, std::size_t count, const std::string& path, Issues& issues) {
    if (is_existence(op)) {
        if (count > 0)
            issues.push_back(
                issue::forbidden(path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else if (is_order(op)) {
        if (count != 1)
            issues.push_back(
                issue::required(path, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    } else if (count == 0) {
        issues.push_back(issue::required(path, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
}

template <class Requirement>
void check_requirement(const Requirement& requirement, const std::string& path, Issues& issues) {
    constexpr bool of_node = std::is_same_v<Requirement, NodeSelectorRequirement>;
    const auto op = operator_named(requirement.operator_);
    if (op && (of_node || !is_order(*op))) {
        check_value_count(*op, requirement.values.size(), path + ".values", issues);
    } else {
        refuse_operator(requirement.operator_, path, issues);
    }
    add_problems(qualified_name(requirement.key), path + ".key", requirement.key, issues);
}

void check_selected_values(const std::vector<std::string>& values, const std::string& path, Issues& issues) {
    for (std::size_t i = 0; i < values.size(); ++i)
        add_problems(label_value(values[i]), at(path, i), values[i], issues);
}

}  // namespace

void refuse_operator(std::string_view op, const std::string& path, Issues& issues) {
    issues.push_back(issue::invalid_text(path + ".operator", op, "not a valid selector operator"));
}

void check_node_labels(const NodeSelectorTerm& term, bool preferred, const std::string& path,
                       Issues& issues) {
    for (std::size_t i = 0; i < term.matchExpressions.size(); ++i) {
        const std::string requirement_path = at(path + ".matchExpressions", i);
        check_requirement(term.matchExpressions[i], requirement_path, issues);
        if (!preferred)
            check_selected_values(term.matchExpressions[i].values, requirement_path + ".values", issues);
    }
}

void check_selector(const std::optional<LabelSelector>& selector, const std::string& path, Issues& issues) {
    if (!selector) return;
    check_labels(selector->matchLabels, path + ".matchLabels", issues);
    for (std::size_t i = 0; i < selector->matchExpressions.size(); ++i) {
        const std::string requirement_path = at(path + ".matchExpressions", i);
        check_requirement(selector->matchExpressions[i], requirement_path, issues);
        check_selected_values(selector->matchExpressions[i].values, requirement_path + ".values", issues);
    }
}

bool names_key(const LabelSelector& selector, const std::string& key) {
    return selector.matchLabels.contains(key) ||
           std::ranges::find(selector.matchExpressions, key, &LabelSelectorRequirement::key) !=
               selector.matchExpressions.end();
}

}  // namespace hooklet::api
