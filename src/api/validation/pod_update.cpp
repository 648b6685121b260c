// SPDX-License-Identifier: Apache-2.0
// What an update may change of a Pod (kubernetes.io/docs/concepts/workloads/pods: Pod update and
// replacement).
#include "api/app_armor.hpp"
#include "api/codec.hpp"
#include "api/difference.hpp"
#include "api/find_annotation.hpp"
#include "api/json.hpp"
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

/// A Pod that is held back by gates may get more placement rules.
void check_placement(const PodSpec& next, const PodSpec& old, Issues& issues) {
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
        if (!old.affinity && next.affinity && !next.affinity->podAffinity && !next.affinity->podAntiAffinity)
            next.affinity.reset();
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

void check_app_armor_update(const Pod& next, const Pod& old, Issues& issues) {
    const auto differs_in = [](const Pod& there, const auto& annotation) {
        if (!annotation.first.starts_with(app_armor_prefix)) return false;
        const std::string* value = find_annotation(there.metadata, annotation.first);
        return value == nullptr || *value != annotation.second;
    };
    const auto refuse = [&issues](const auto& annotation, const char* why) {
        issues.push_back(issue::forbidden("metadata.annotations[" + annotation.first + "]", why));
    };
    for (const auto& one : old.metadata.annotations) {
        if (differs_in(next, one)) refuse(one, "may not remove or update AppArmor annotations");
    }
    for (const auto& one : next.metadata.annotations) {
        if (differs_in(old, one) && !old.metadata.annotations.contains(one.first))
            refuse(one, "may not add AppArmor annotations");
    }
}

}  // namespace

Issues validate_update(std::string_view part, const Pod& next, const Pod& old) {
    Issues issues;
    if (part == "status") {
        check_metadata(next.metadata, issues);
        check_status_update(next, old, issues);
        return issues;
    }
    issues = only_new(validate_any(next), validate_any(old));
    check_app_armor_update(next, old, issues);
    if (part == "ephemeralcontainers")
        check_ephemeral_update(next.spec, old.spec, issues);
    else if (part == "resize")
        check_resize(next, old, issues);
    else if (part.empty())
        check_spec_update(next.spec, old.spec, issues);
    return issues;
}

}  // namespace hooklet::api
