// SPDX-License-Identifier: Apache-2.0
#include "api/validation.hpp"

#include "api/find_annotation.hpp"
#include "api/mirror_pod.hpp"
#include "api/validation/parts.hpp"
#include "base/parse_number.hpp"

#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

Issues with_lines(Issues issues, const Node* source) {
    if (source == nullptr) return issues;
    for (Issue& issue : issues) issue.line = line_of(*source, issue.path);
    return issues;
}

void check_mirror(const Pod& pod, Issues& issues) {
    const std::string* value = find_annotation(pod.metadata, mirror_annotation);
    if (value == nullptr || !pod.spec.nodeName.empty()) return;
    issues.push_back(issue::invalid_text(fmt::format("metadata.annotations[{}]", mirror_annotation), *value,
                                         "must set spec.nodeName if mirror pod annotation is set"));
}

/// What a controller that removes Pods of several weighs; as strconv reads it, but without `+` and zeros in
/// front.
bool is_deletion_cost(std::string_view text) {
    const bool well_begun =
        text == "0" || text.starts_with('-') || (!text.empty() && text[0] >= '1' && text[0] <= '9');
    return well_begun && parse_number<std::int32_t>(text).has_value();
}

void check_deletion_cost(const Pod& pod, Issues& issues) {
    constexpr std::string_view key = "controller.kubernetes.io/pod-deletion-cost";
    const std::string* cost = find_annotation(pod.metadata, key);
    if (cost == nullptr || is_deletion_cost(*cost)) return;
    issues.push_back(
        issue::invalid_text(fmt::format("metadata.annotations[{}]", key), *cost, "must be a 32bit integer"));
}

/// All but the metadata that only a Pod of its own has.
void check_content(const Pod& pod, Issues& issues) {
    check_table(describe<PodSpec>(), &pod.spec, "spec", issues);
    check_volumes(pod.spec, issues);
    check_containers(pod.spec, issues);
    check_ephemeral_containers(pod.spec, issues);
    check_on_exit_hooks(pod, issues);
    check_app_armor(pod, issues);
    check_mirror(pod, issues);
    check_deletion_cost(pod, issues);
    check_seccomp_annotations(pod.metadata, issues);
    check_pod_spec(pod.spec, issues);
    check_security(pod.spec, issues);
}

}  // namespace

Issues only_new(Issues found, const Issues& before) {
    std::set<std::pair<std::string_view, std::string_view>> known;
    for (const Issue& issue : before) known.emplace(issue.path, issue.message);
    std::erase_if(found,
                  [&known](const Issue& issue) { return known.contains({issue.path, issue.message}); });
    return found;
}

Issues validate_any(const Pod& pod) {
    Issues issues;
    check_metadata(pod.metadata, issues);
    check_content(pod, issues);
    return issues;
}

void check_template(const PodTemplateSpec& pod_template, std::string_view path, Issues& issues) {
    constexpr std::string_view metadata = "metadata";
    Pod pod;
    pod.metadata = pod_template.metadata;
    pod.spec = pod_template.spec;
    Issues found;
    check_labels(pod.metadata.labels, "metadata.labels", found);
    check_annotations(pod.metadata, found);
    check_content(pod, found);
    if (!pod.spec.ephemeralContainers.empty()) {
        found.push_back(
            issue::forbidden("spec.ephemeralContainers", "ephemeral containers not allowed in pod template"));
    }
    for (Issue& issue : found) {
        // The API leaves the metadata out of the paths in templates.
        const bool left_out = issue.path.starts_with(metadata);
        issue.path = std::string(path) + (left_out ? issue.path.substr(metadata.size()) : "." + issue.path);
        issues.push_back(std::move(issue));
    }
}

Issues validate(const Pod& pod, const Node* source_for_lines) {
    Issues issues = validate_any(pod);
    if (!pod.spec.ephemeralContainers.empty())
        issues.push_back(issue::forbidden("spec.ephemeralContainers", "cannot be set on create"));
    check_seccomp_agrees(pod, issues);
    check_app_armor_agrees(pod, issues);
    if (!pod.spec.schedulingGates.empty() && !pod.spec.nodeName.empty()) {
        issues.push_back(
            issue::forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
    }
    return with_lines(std::move(issues), source_for_lines);
}

Issues validate(const ConfigMap& config_map, const Node* source_for_lines) {
    Issues issues;
    check_metadata(config_map.metadata, issues);
    check_data(config_map, issues);
    return with_lines(std::move(issues), source_for_lines);
}

Issues validate(const Secret& secret, const Node* source_for_lines) {
    Issues issues;
    check_metadata(secret.metadata, issues);
    check_data(secret, issues);
    return with_lines(std::move(issues), source_for_lines);
}

}  // namespace hooklet::api
