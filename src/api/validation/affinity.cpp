// SPDX-License-Identifier: Apache-2.0
// Which nodes a Pod asks for, and which Pods it wants near or far.
#include "api/selector.hpp"
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

namespace hooklet::api {

namespace {

constexpr std::string_view required_rules = ".requiredDuringSchedulingIgnoredDuringExecution";
constexpr std::string_view preferred_rules = ".preferredDuringSchedulingIgnoredDuringExecution";

void check_node_field(const NodeSelectorRequirement& requirement, const std::string& path, Issues& issues) {
    const auto op = operator_named(requirement.operator_);
    if (op != LabelRequirement::Operator::in && op != LabelRequirement::Operator::not_in) {
        refuse_operator(requirement.operator_, path, issues);
    } else if (requirement.values.size() != 1) {
        issues.push_back(issue::required(
            path + ".values",
            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
    }
    if (requirement.key != node_name_field) {
        issues.push_back(
            issue::invalid_text(path + ".key", requirement.key, "not a valid field selector key"));
        return;
    }
    for (std::size_t i = 0; i < requirement.values.size(); ++i) {
        const std::string& name = requirement.values[i];
        add_problems(dns_subdomain(name), at(path + ".values", i), name, issues);
    }
}

void check_node_term(const NodeSelectorTerm& term, bool preferred, const std::string& path, Issues& issues) {
    check_node_labels(term, preferred, path, issues);
    for (std::size_t i = 0; i < term.matchFields.size(); ++i)
        check_node_field(term.matchFields[i], at(path + ".matchFields", i), issues);
}

void check_node_affinity(const NodeAffinity& affinity, const std::string& path, Issues& issues) {
    if (const auto& required = affinity.requiredDuringSchedulingIgnoredDuringExecution) {
        const std::string terms = path + std::string(required_rules) + ".nodeSelectorTerms";
        if (required->nodeSelectorTerms.empty())
            issues.push_back(issue::required(terms, "must have at least one node selector term"));
        for (std::size_t i = 0; i < required->nodeSelectorTerms.size(); ++i)
            check_node_term(required->nodeSelectorTerms[i], false, at(terms, i), issues);
    }
    const auto& preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution;
    for (std::size_t i = 0; i < preferred.size(); ++i) {
        check_node_term(preferred[i].preference, true,
                        at(path + std::string(preferred_rules), i) + ".preference", issues);
    }
}

void check_label_keys(const std::vector<std::string>& keys, const PodAffinityTerm& term,
                      const std::string& path, Issues& issues) {
    if (keys.empty()) return;
    if (!term.labelSelector) {
        issues.push_back(issue::forbidden(path, "must not be specified when labelSelector is not set"));
        return;
    }
    for (std::size_t i = 0; i < keys.size(); ++i)
        add_problems(qualified_name(keys[i]), at(path, i), keys[i], issues);
}

/// The labels of the Pod itself that the others must have, or must not have, as well.
void check_own_keys(const PodAffinityTerm& term, const std::string& path, Issues& issues) {
    check_label_keys(term.matchLabelKeys, term, path + ".matchLabelKeys", issues);
    check_label_keys(term.mismatchLabelKeys, term, path + ".mismatchLabelKeys", issues);
    for (std::size_t i = 0; i < term.matchLabelKeys.size(); ++i) {
        const std::string& key = term.matchLabelKeys[i];
        // The API leaves the field out of this path.
        if (term.labelSelector && names_key(*term.labelSelector, key))
            issues.push_back(
                issue::invalid_text(at(path, i), key, "exists in both matchLabelKeys and labelSelector"));
        if (contains(term.mismatchLabelKeys, key))
            issues.push_back(issue::invalid_text(at(path + ".matchLabelKeys", i), key,
                                                 "exists in both matchLabelKeys and mismatchLabelKeys"));
    }
}

void check_pod_term(const PodAffinityTerm& term, const std::string& path, Issues& issues) {
    check_selector(term.labelSelector, path + ".labelSelector", issues);
    check_selector(term.namespaceSelector, path + ".namespaceSelector", issues);
    for (const std::string& name : term.namespaces)
        add_problems(dns_label(name), path + ".namespace", name, issues);
    check_own_keys(term, path, issues);
    const std::string key_path = path + ".topologyKey";
    if (term.topologyKey.empty()) issues.push_back(issue::required(key_path, "can not be empty"));
    add_problems(qualified_name(term.topologyKey), key_path, term.topologyKey, issues);
}

/// Of PodAffinity or PodAntiAffinity.
template <class Terms>
void check_neighbours(const std::optional<Terms>& affinity, const std::string& path, Issues& issues) {
    if (!affinity) return;
    const auto& required = affinity->requiredDuringSchedulingIgnoredDuringExecution;
    for (std::size_t i = 0; i < required.size(); ++i)
        check_pod_term(required[i], at(path + std::string(required_rules), i), issues);
    const auto& preferred = affinity->preferredDuringSchedulingIgnoredDuringExecution;
    for (std::size_t i = 0; i < preferred.size(); ++i) {
        check_pod_term(preferred[i].podAffinityTerm,
                       at(path + std::string(preferred_rules), i) + ".podAffinityTerm", issues);
    }
}

}  // namespace

void check_affinity(const Affinity& affinity, const std::string& path, Issues& issues) {
    if (affinity.nodeAffinity) check_node_affinity(*affinity.nodeAffinity, path + ".nodeAffinity", issues);
    check_neighbours(affinity.podAffinity, path + ".podAffinity", issues);
    check_neighbours(affinity.podAntiAffinity, path + ".podAntiAffinity", issues);
}

}  // namespace hooklet::api
