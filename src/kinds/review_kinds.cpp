// SPDX-License-Identifier: Apache-2.0
#include "api/types.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <utility>

namespace hooklet::kinds {

namespace {

/// A kind that can only be posted.
template <class T>
Kind question(std::string group, std::string name, bool namespaced = false) {
    std::string singular = lower_case(name);
    return kind_of<T>({.group = std::move(group),
                       .name = std::move(name),
                       .plural = singular + "s",
                       .singular = std::move(singular),
                       .namespaced = namespaced,
                       .verbs = {"create"}},
                      {});
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
    return {question<api::LocalSubjectAccessReview>(group, "LocalSubjectAccessReview", true),
            question<api::SelfSubjectAccessReview>(group, "SelfSubjectAccessReview"),
            question<api::SelfSubjectRulesReview>(group, "SelfSubjectRulesReview"),
            question<api::SubjectAccessReview>(group, "SubjectAccessReview")};
}

}  // namespace hooklet::kinds
