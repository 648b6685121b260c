// SPDX-License-Identifier: Apache-2.0
#include "placement/node_affinity.hpp"

#include "api/selector.hpp"

#include <algorithm>

namespace hooklet {

namespace {

using Labels = std::map<std::string, std::string>;

/// An operator that there is not holds nowhere.
bool matches(const api::NodeSelectorRequirement& requirement, const Labels& labels) {
    const auto op = api::operator_named(requirement.operator_);
    if (!op) return false;
    const api::LabelRequirement condition{
        .key = requirement.key, .op = *op, .values = {requirement.values.begin(), requirement.values.end()}};
    return condition.matches(labels);
}

/// A term that asks for nothing selects nothing.
bool matches(const api::NodeSelectorTerm& term, const Labels& labels, const Labels& fields) {
    if (term.matchExpressions.empty() && term.matchFields.empty()) return false;
    return std::ranges::all_of(term.matchExpressions, [&](const auto& r) { return matches(r, labels); }) &&
           std::ranges::all_of(term.matchFields, [&](const auto& r) { return matches(r, fields); });
}

}  // namespace

bool selects_node(const api::PodSpec& spec, const std::string& node_name, const Labels& node_labels) {
    for (const auto& [key, value] : spec.nodeSelector) {
        const auto label = node_labels.find(key);
        if (label == node_labels.end() || label->second != value) return false;
    }
    if (!spec.affinity || !spec.affinity->nodeAffinity) return true;
    const auto& required = spec.affinity->nodeAffinity->requiredDuringSchedulingIgnoredDuringExecution;
    if (!required) return true;
    const Labels fields{{std::string(api::node_name_field), node_name}};
    return std::ranges::any_of(required->nodeSelectorTerms,
                               [&](const auto& term) { return matches(term, node_labels, fields); });
}

}  // namespace hooklet
