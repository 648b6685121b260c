// SPDX-License-Identifier: Apache-2.0
#include "placement/node_affinity.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hooklet {

namespace {

using Labels = std::map<std::string, std::string>;

std::optional<std::int64_t> integer(const std::string& text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

bool compares(const api::NodeSelectorRequirement& requirement, const std::string& value) {
    const auto left = integer(value);
    const auto right = requirement.values.size() == 1 ? integer(requirement.values.front()) : std::nullopt;
    if (!left || !right) return false;
    return requirement.operator_ == "Gt" ? *left > *right : *left < *right;
}

bool matches(const api::NodeSelectorRequirement& requirement, const Labels& labels) {
    const auto label = labels.find(requirement.key);
    const bool there = label != labels.end();
    const std::string& op = requirement.operator_;
    if (op == "Exists") return there;
    if (op == "DoesNotExist") return !there;
    if (op == "Gt" || op == "Lt") return there && compares(requirement, label->second);
    const bool named =
        there && std::ranges::find(requirement.values, label->second) != requirement.values.end();
    if (op == "In") return named;
    return op == "NotIn" && !named;
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
    const Labels fields{{"metadata.name", node_name}};
    return std::ranges::any_of(required->nodeSelectorTerms,
                               [&](const auto& term) { return matches(term, node_labels, fields); });
}

}  // namespace hooklet
