// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_security_guard.hpp"

#include "admission/pod_security.hpp"
#include "informer/document.hpp"

#include <fmt/format.h>

namespace hooklet::admission {

namespace {

Warnings warn_of(SecurityProfile profile, const api::ObjectMeta& metadata, const api::PodSpec& spec) {
    const SecurityViolations violations = violations_of(profile, metadata, spec);
    if (violations.empty()) return {};
    return {"would violate " + violation_text(profile, violations)};
}

bool has_new_issues(const api::Issues& issues, const api::Namespace* before) {
    if (issues.empty()) return false;
    return before == nullptr || read_security_labels(before->metadata.labels).issues != issues;
}

}  // namespace

Task<Result<std::map<std::string, std::string>>> PodSecurityGuard::labels_of(std::string namespace_,
                                                                             Call call) const {
    const ApiPath path{"", "v1", "namespaces", "", std::move(namespace_)};
    const auto found = co_await api_->get(path, std::move(call));
    if (!found) co_return std::unexpected(found.error());
    co_return metadata_of(*found).labels;
}

Task<Verdict<Warnings>> PodSecurityGuard::admit_pod(ApiPath path, const api::Pod* pod, const api::Pod* before,
                                                    Call call) const {
    if (before != nullptr && !is_significant(*pod, *before)) co_return Warnings{};
    const auto labels = co_await labels_of(path.namespace_, std::move(call));
    if (!labels) co_return std::unexpected(failed(labels.error()));
    const SecurityPolicy policy = read_security_labels(*labels).policy;
    const SecurityViolations violations = violations_of(policy.enforce, pod->metadata, pod->spec);
    if (!violations.empty()) {
        const std::string why = "violates " + violation_text(policy.enforce, violations);
        co_return std::unexpected(forbidden(path, why));
    }
    co_return warn_of(policy.warn, pod->metadata, pod->spec);
}

Task<Verdict<Warnings>> PodSecurityGuard::admit_template(ApiPath path, const api::PodTemplateSpec* pod,
                                                         Call call) const {
    const auto labels = co_await labels_of(path.namespace_, std::move(call));
    if (!labels) co_return std::unexpected(failed(labels.error()));
    co_return warn_of(read_security_labels(*labels).policy.warn, pod->metadata, pod->spec);
}

Task<Verdict<Warnings>> PodSecurityGuard::admit_namespace(const api::Namespace* now,
                                                          const api::Namespace* before, Call call) const {
    const std::string& name = now->metadata.name;
    const SecurityLabels labels = read_security_labels(now->metadata.labels);
    if (has_new_issues(labels.issues, before))
        co_return std::unexpected(invalid("Namespace", name, labels.issues));
    if (before == nullptr) co_return Warnings{};
    const SecurityProfile wanted = labels.policy.enforce;
    if (!is_stricter(wanted, read_security_labels(before->metadata.labels).policy.enforce))
        co_return Warnings{};
    const ApiSelection all{{"", "v1", "pods", name}};
    const auto found = co_await api_->list(all, std::move(call));
    if (!found) co_return Warnings{"failed to list pods while checking new PodSecurity enforce level"};
    std::vector<api::Pod> pods;
    for (const api::Node& document : found->items) pods.push_back(read_as<api::Pod>(document));
    co_return warnings_of_pods(name, wanted, pods);
}

}  // namespace hooklet::admission
