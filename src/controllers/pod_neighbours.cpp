// SPDX-License-Identifier: Apache-2.0
#include "controllers/pod_neighbours.hpp"

#include "api/selector.hpp"

#include <algorithm>

namespace hooklet {

namespace {

using Terms = std::vector<api::PodAffinityTerm>;

const Terms& no_terms() {
    static const Terms none;
    return none;
}

const Terms& wanted_by(const api::Pod& pod) {
    const auto& affinity = pod.spec.affinity;
    if (!affinity || !affinity->podAffinity) return no_terms();
    return affinity->podAffinity->requiredDuringSchedulingIgnoredDuringExecution;
}

const Terms& shunned_by(const api::Pod& pod) {
    const auto& affinity = pod.spec.affinity;
    if (!affinity || !affinity->podAntiAffinity) return no_terms();
    return affinity->podAntiAffinity->requiredDuringSchedulingIgnoredDuringExecution;
}

/// A selector that is not there selects nothing.
bool selects(const std::optional<api::LabelSelector>& selector, const Labels& labels) {
    if (!selector) return false;
    const auto requirements = api::label_requirements(*selector);
    return requirements && api::matches(*requirements, labels);
}

bool in_namespaces(const api::PodAffinityTerm& term, const std::string& own, const std::string& other,
                   const NamespaceLabels& namespaces) {
    if (std::ranges::find(term.namespaces, other) != term.namespaces.end()) return true;
    if (!term.namespaceSelector) return term.namespaces.empty() && own == other;
    const auto labels = namespaces.find(other);
    return selects(term.namespaceSelector, labels == namespaces.end() ? Labels{} : labels->second);
}

/// Whether the term of `owner` is about `other`.
bool is_about(const api::PodAffinityTerm& term, const api::Pod& owner, const api::Pod& other,
              const NamespaceLabels& namespaces) {
    return in_namespaces(term, owner.metadata.namespace_, other.metadata.namespace_, namespaces) &&
           selects(term.labelSelector, other.metadata.labels);
}

bool misses_others(const api::Pod& pod, const NodeLoad& load, const NamespaceLabels& namespaces) {
    const Terms& terms = wanted_by(pod);
    if (terms.empty()) return false;
    const auto in_topology = [&load](const auto& term) {
        return load.node->metadata.labels.contains(term.topologyKey);
    };
    if (!std::ranges::all_of(terms, in_topology)) return true;
    // All terms have to be about the same Pod, as Kubernetes counts them.
    const auto about_all = [&](const api::Pod& other) {
        return std::ranges::all_of(terms,
                                   [&](const auto& term) { return is_about(term, pod, other, namespaces); });
    };
    if (std::ranges::any_of(load.pods, [&](const auto& other) { return about_all(*other); })) return false;
    // The first of a group that wants to be with its own kind.
    return !about_all(pod);
}

bool shuns(const api::Pod& owner, const api::Pod& other, const NodeLoad& load,
           const NamespaceLabels& namespaces) {
    return std::ranges::any_of(shunned_by(owner), [&](const auto& term) {
        return load.node->metadata.labels.contains(term.topologyKey) &&
               is_about(term, owner, other, namespaces);
    });
}

std::optional<Misfit> unevenly_spread(const api::Pod& pod, const NodeLoad& load) {
    for (const api::TopologySpreadConstraint& constraint : pod.spec.topologySpreadConstraints) {
        if (constraint.whenUnsatisfiable != "DoNotSchedule") continue;
        if (!load.node->metadata.labels.contains(constraint.topologyKey)) {
            return Misfit{{"node(s) didn't match pod topology spread constraints (missing required label)"},
                          false};
        }
        // Where there are as many topologies as asked for, one has always the fewest.
        if (constraint.minDomains.value_or(1) <= 1) continue;
        const auto matching = [&](const api::Pod& other) {
            return other.metadata.namespace_ == pod.metadata.namespace_ &&
                   selects(constraint.labelSelector, other.metadata.labels);
        };
        const auto count =
            std::ranges::count_if(load.pods, [&](const auto& other) { return matching(*other); });
        if (count + (matching(pod) ? 1 : 0) <= constraint.maxSkew) continue;
        return Misfit{{"node(s) didn't match pod topology spread constraints"}, true};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Misfit> unwanted_neighbours(const api::Pod& pod, const NodeLoad& load,
                                          const NamespaceLabels& namespaces) {
    if (auto uneven = unevenly_spread(pod, load)) return uneven;
    if (misses_others(pod, load, namespaces)) {
        return Misfit{{"node(s) didn't match pod affinity rules"}, false};
    }
    const auto shunned = [&](const auto& other) { return shuns(pod, *other, load, namespaces); };
    if (std::ranges::any_of(load.pods, shunned)) {
        return Misfit{{"node(s) didn't match pod anti-affinity rules"}, true};
    }
    const auto shunning = [&](const auto& other) { return shuns(*other, pod, load, namespaces); };
    if (std::ranges::any_of(load.pods, shunning)) {
        return Misfit{{"node(s) didn't satisfy existing pods anti-affinity rules"}, true};
    }
    return std::nullopt;
}

}  // namespace hooklet
