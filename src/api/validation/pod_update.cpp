// SPDX-License-Identifier: Apache-2.0
// What an update may change of a Pod (kubernetes.io/docs/concepts/workloads/pods: Pod update and
// replacement).
#include "api/app_armor.hpp"
#include "api/codec.hpp"
#include "api/difference.hpp"
#include "api/find_annotation.hpp"
#include "api/json.hpp"
#include "api/mirror_pod.hpp"
#include "api/restart_rules.hpp"
#include "api/validation.hpp"
#include "api/validation/parts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view changeable =
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
    "(allow it to be set to 1 if it was previously negative)";

/// False when the lists have different lengths: nothing else can be compared then.
bool check_same_containers(const std::vector<Container>& next, const std::vector<Container>& old,
                           const std::string& path, Issues& issues) {
    if (next.size() == old.size()) return true;
    issues.push_back(issue::forbidden(path, "pod updates may not add or remove containers"));
    return false;
}

void check_deadline(const PodSpec& next, const PodSpec& old, Issues& issues) {
    if (!old.activeDeadlineSeconds) return;
    const std::string path = "spec.activeDeadlineSeconds";
    if (!next.activeDeadlineSeconds) {
        issues.push_back(
            issue::invalid_raw(path, "null", "must not update from a positive integer to nil value"));
    } else if (*next.activeDeadlineSeconds > *old.activeDeadlineSeconds) {
        issues.push_back(issue::invalid_raw(path, std::to_string(*next.activeDeadlineSeconds),
                                            "must be less than or equal to previous value"));
    }
}

void check_tolerations(const PodSpec& next, const PodSpec& old, Issues& issues) {
    const bool all_kept = std::ranges::all_of(old.tolerations, [&](Toleration kept) {
        return std::ranges::any_of(next.tolerations, [&](const Toleration& toleration) {
            kept.tolerationSeconds = toleration.tolerationSeconds;
            return kept == toleration;
        });
    });
    if (all_kept) return;
    issues.push_back(issue::forbidden(
        "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
}

void check_gates(const PodSpec& next, const PodSpec& old, Issues& issues) {
    for (std::size_t i = 0; i < next.schedulingGates.size(); ++i) {
        const PodSchedulingGate& gate = next.schedulingGates[i];
        if (std::ranges::find(old.schedulingGates, gate) != old.schedulingGates.end()) continue;
        issues.push_back(issue::forbidden(
            at("spec.schedulingGates", i) + ".name",
            fmt::format("only deletion is allowed, but found new scheduling gate '{}'", gate.name)));
    }
}

const NodeAffinity* node_affinity(const PodSpec& spec) {
    return spec.affinity && spec.affinity->nodeAffinity ? &*spec.affinity->nodeAffinity : nullptr;
}

std::vector<NodeSelectorTerm> required_terms(const PodSpec& spec) {
    const NodeAffinity* affinity = node_affinity(spec);
    if (affinity == nullptr || !affinity->requiredDuringSchedulingIgnoredDuringExecution) return {};
    return affinity->requiredDuringSchedulingIgnoredDuringExecution->nodeSelectorTerms;
}

/// A term without requirements selects nothing: one more would let it select something.
bool has_only_additions(const NodeSelectorTerm& next, const NodeSelectorTerm& old) {
    if (old.matchExpressions.empty() && old.matchFields.empty()) return next == old;
    const auto has_all = [](const auto& all, const auto& wanted) {
        return std::ranges::all_of(
            wanted, [&all](const auto& one) { return std::ranges::find(all, one) != all.end(); });
    };
    return has_all(next.matchExpressions, old.matchExpressions) && has_all(next.matchFields, old.matchFields);
}

/// What is preferred may change at will.
void check_node_affinity(const PodSpec& next, const PodSpec& old, Issues& issues) {
    const std::string path =
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    const std::vector<NodeSelectorTerm> before = required_terms(old);
    const std::vector<NodeSelectorTerm> now = required_terms(next);
    if (before.empty()) return;
    if (now.size() != before.size()) {
        Node::Array terms;
        for (const NodeSelectorTerm& term : now) terms.push_back(encode(term));
        issues.push_back(
            issue::invalid_raw(path, write_json(Node(std::move(terms))),
                               "no additions/deletions to non-empty NodeSelectorTerms list are allowed"));
        return;
    }
    for (std::size_t i = 0; i < now.size(); ++i) {
        if (has_only_additions(now[i], before[i])) continue;
        issues.push_back(issue::invalid_raw(at(path, i), write_json(encode(now[i])),
                                            "only additions are allowed (no mutations or deletions)"));
    }
}

/// A Pod that is held back by gates may get more placement rules.
void check_placement(const PodSpec& next, const PodSpec& old, Issues& issues) {
    check_node_affinity(next, old, issues);
    const bool kept = std::ranges::includes(next.nodeSelector, old.nodeSelector);
    if (kept) return;
    Node selector = Node::object();
    for (const auto& [key, value] : next.nodeSelector) selector.set(key, Node(value));
    issues.push_back(
        issue::invalid_raw("spec.nodeSelector", write_json(selector),
                           "only additions to spec.nodeSelector are allowed (no mutations or deletions)"));
}

void keep_images(std::vector<Container>& next, const std::vector<Container>& old) {
    for (std::size_t i = 0; i < next.size(); ++i) next[i].image = old[i].image;
}

/// `next` with everything taken back that the checks above have judged.
PodSpec without_allowed_changes(PodSpec next, const PodSpec& old) {
    keep_images(next.containers, old.containers);
    keep_images(next.initContainers, old.initContainers);
    next.activeDeadlineSeconds = old.activeDeadlineSeconds;
    next.tolerations = old.tolerations;
    next.schedulingGates = old.schedulingGates;
    if (old.terminationGracePeriodSeconds.value_or(0) < 0 && next.terminationGracePeriodSeconds == 1)
        next.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
    if (!old.schedulingGates.empty()) {
        next.nodeSelector = old.nodeSelector;
        if (next.affinity || node_affinity(old) != nullptr) {
            if (!next.affinity) next.affinity.emplace();
            next.affinity->nodeAffinity = old.affinity ? old.affinity->nodeAffinity : std::nullopt;
        }
        if (!old.affinity && next.affinity == Affinity{}) next.affinity.reset();
    }
    return next;
}

void check_spec_update(const PodSpec& next, const PodSpec& old, Issues& issues) {
    if (!check_same_containers(next.containers, old.containers, "spec.containers", issues)) return;
    if (!check_same_containers(next.initContainers, old.initContainers, "spec.initContainers", issues))
        return;
    check_deadline(next, old, issues);
    check_tolerations(next, old, issues);
    check_gates(next, old, issues);
    if (!old.schedulingGates.empty()) check_placement(next, old, issues);
    const PodSpec rest = without_allowed_changes(next, old);
    if (rest == old) return;
    issues.push_back(
        issue::forbidden("spec", fmt::format("pod updates may not change fields other than {}\n{}",
                                             changeable, difference(encode(old), encode(rest)))));
}

/// A container that has ended for good stays so. `spec` has the restart policies.
void check_transitions(const std::vector<ContainerStatus>& next, const std::vector<ContainerStatus>& old,
                       const PodSpec& spec, const std::string& path, Issues& issues) {
    if (spec.restartPolicy == "Always") return;
    for (std::size_t i = 0; i < old.size(); ++i) {
        const auto& ended = old[i].state.terminated;
        if (!ended || may_restart(spec, old[i].name, ended->exitCode)) continue;
        for (const ContainerStatus& status : next) {
            if (status.name != old[i].name || status.state.terminated) continue;
            issues.push_back(
                issue::forbidden(at(path, i) + ".state", "may not be transitioned to non-terminated state"));
        }
    }
}

void check_status_update(const Pod& next, const Pod& old, Issues& issues) {
    if (next.status.qosClass != old.status.qosClass) {
        issues.push_back(issue::invalid_text("status.qosClass", next.status.qosClass, "field is immutable"));
    }
    check_transitions(next.status.containerStatuses, old.status.containerStatuses, old.spec,
                      "status.containerStatuses", issues);
    check_transitions(next.status.initContainerStatuses, old.status.initContainerStatuses, old.spec,
                      "status.initContainerStatuses", issues);
    const PodSpec never{.restartPolicy = "Never"};
    check_transitions(next.status.ephemeralContainerStatuses, old.status.ephemeralContainerStatuses, never,
                      "status.ephemeralContainerStatuses", issues);
}

void check_ephemeral_update(const PodSpec& next, const PodSpec& old, Issues& issues) {
    const std::string path = "spec.ephemeralContainers";
    for (const EphemeralContainer& before : old.ephemeralContainers) {
        const auto now = std::ranges::find(next.ephemeralContainers, before.name, &EphemeralContainer::name);
        if (now == next.ephemeralContainers.end()) {
            issues.push_back(issue::forbidden(
                path,
                fmt::format("existing ephemeral containers {} may not be removed\n", quote(before.name))));
        } else if (*now != before) {
            issues.push_back(issue::forbidden(
                path, fmt::format("existing ephemeral containers {} may not be changed\n{}",
                                  quote(before.name), difference(encode(before), encode(*now)))));
        }
    }
}

/// No annotation whose key begins so may come, change or go.
void check_kept_annotations(const Pod& next, const Pod& old, std::string_view prefix, std::string_view what,
                            Issues& issues) {
    const auto differs_in = [prefix](const Pod& there, const auto& annotation) {
        if (!annotation.first.starts_with(prefix)) return false;
        const std::string* value = find_annotation(there.metadata, annotation.first);
        return value == nullptr || *value != annotation.second;
    };
    const auto refuse = [&](const auto& annotation, std::string_view change) {
        issues.push_back(issue::forbidden("metadata.annotations[" + annotation.first + "]",
                                          fmt::format("may not {} {}", change, what)));
    };
    for (const auto& one : old.metadata.annotations) {
        if (differs_in(next, one)) refuse(one, "remove or update");
    }
    for (const auto& one : next.metadata.annotations) {
        if (differs_in(old, one) && !old.metadata.annotations.contains(one.first)) refuse(one, "add");
    }
}

void check_annotations_update(const Pod& next, const Pod& old, Issues& issues) {
    check_kept_annotations(next, old, app_armor_prefix, "AppArmor annotations", issues);
    check_kept_annotations(next, old, mirror_annotation, "mirror pod annotation", issues);
}

}  // namespace

Issues validate_update(std::string_view part, const Pod& next, const Pod& old) {
    Issues issues;
    if (part == "status") {
        check_metadata(next.metadata, issues);
        check_annotations_update(next, old, issues);
        check_status(next.status, old.status, issues);
        check_status_update(next, old, issues);
        return issues;
    }
    issues = only_new(validate_any(next), validate_any(old));
    check_annotations_update(next, old, issues);
    if (part == "ephemeralcontainers")
        check_ephemeral_update(next.spec, old.spec, issues);
    else if (part == "resize")
        check_resize(next, old, issues);
    else if (part.empty())
        check_spec_update(next.spec, old.spec, issues);
    return issues;
}

}  // namespace hooklet::api
