// SPDX-License-Identifier: Apache-2.0
#include "api/codec.hpp"
#include "api/issue.hpp"
#include "api/json.hpp"
#include "api/types.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <utility>

namespace hooklet::kinds {

namespace {

/// What somebody may do is asked of one thing: objects of the API, or a path.
template <class Spec>
void check_what(const Spec& spec, api::Issues& issues) {
    if (spec.resourceAttributes && spec.nonResourceAttributes) {
        issues.push_back(api::issue::invalid_raw(
            "spec.nonResourceAttributes", api::write_json(api::encode(*spec.nonResourceAttributes)),
            "cannot be specified in combination with resourceAttributes"));
    }
    if (!spec.resourceAttributes && !spec.nonResourceAttributes) {
        issues.push_back(api::issue::invalid_raw(
            "spec.resourceAttributes", "null",
            "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
    }
}

api::Issues check_own(const api::SelfSubjectAccessReview& review) {
    api::Issues issues;
    check_what(review.spec, issues);
    return issues;
}

/// Of somebody else's rights.
template <class Review>
api::Issues check_anybodys(const Review& review) {
    api::Issues issues;
    check_what(review.spec, issues);
    if (review.spec.user.empty() && review.spec.groups.empty()) {
        issues.push_back(
            api::issue::invalid_text("spec.user", "", "at least one of user or group must be specified"));
    }
    return issues;
}

/// Of somebody else's rights in one namespace, which the review has from the request.
api::Issues check_local(const api::LocalSubjectAccessReview& review) {
    api::Issues issues = check_anybodys(review);
    const auto& objects = review.spec.resourceAttributes;
    if (objects && objects->namespace_ != review.metadata.namespace_) {
        issues.push_back(api::issue::invalid_text("spec.resourceAttributes.namespace", objects->namespace_,
                                                  "must match metadata.namespace"));
    }
    if (const auto& path = review.spec.nonResourceAttributes) {
        issues.push_back(api::issue::invalid_raw("spec.nonResourceAttributes",
                                                 api::write_json(api::encode(*path)),
                                                 "disallowed on this kind of request"));
    }
    return issues;
}

/// A kind that can only be posted.
template <class T>
Kind question(std::string group, std::string name, bool namespaced = false,
              api::Issues (*validate)(const T&) = nullptr) {
    std::string singular = lower_case(name);
    return kind_of<T>({.group = std::move(group),
                       .name = std::move(name),
                       .plural = singular + "s",
                       .singular = std::move(singular),
                       .namespaced = namespaced,
                       .verbs = {"create"}},
                      {.validate = validate});
}

}  // namespace

Kind bindings() {
    return question<api::Binding>("", "Binding", true);
}

std::vector<Kind> authentication_kinds() {
    const std::string group = "authentication.k8s.io";
    return {question<api::SelfSubjectReview>(group, "SelfSubjectReview"),
            question<api::TokenReview>(group, "TokenReview")};
}

std::vector<Kind> authorization_kinds() {
    const std::string group = "authorization.k8s.io";
    return {question<api::LocalSubjectAccessReview>(group, "LocalSubjectAccessReview", true, check_local),
            question<api::SelfSubjectAccessReview>(group, "SelfSubjectAccessReview", false, check_own),
            question<api::SelfSubjectRulesReview>(group, "SelfSubjectRulesReview"),
            question<api::SubjectAccessReview>(group, "SubjectAccessReview", false, check_anybodys)};
}

}  // namespace hooklet::kinds
