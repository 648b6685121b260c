// SPDX-License-Identifier: Apache-2.0
// Defaults and rules of roles and bindings.
#include "api/validation/rbac.hpp"

#include "api/json.hpp"
#include "support/from_json.hpp"

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

constexpr std::string_view rbac_metadata = R"({"metadata":{"name":"x"},)";

template <class T>
T rbac_object(std::string_view members) {
    return support::from_json<T>(std::string(rbac_metadata) + std::string(members) + "}");
}

template <class T>
std::string rbac_problems(std::string_view members) {
    return support::text_of(validate(rbac_object<T>(members)));
}

TEST(RbacDefaults, GroupsFollowFromTheKinds) {
    auto binding = rbac_object<RoleBinding>(
        R"("subjects":[{"kind":"User","name":"a"},{"kind":"Group","name":"b"},
           {"kind":"ServiceAccount","name":"c"},{"kind":"User","apiGroup":"other","name":"d"}],
           "roleRef":{"kind":"Role","name":"r"})");
    set_defaults(binding);
    EXPECT_EQ(write_json(encode(binding)),
              R"({"metadata":{"name":"x"},"subjects":[)"
              R"({"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"a"},)"
              R"({"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"b"},)"
              R"({"kind":"ServiceAccount","name":"c"},{"kind":"User","apiGroup":"other","name":"d"}],)"
              R"("roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"}})");
}

TEST(RbacValidation, OfRoles) {
    EXPECT_EQ(rbac_problems<Role>(R"("rules":[])"), "");
    EXPECT_EQ(rbac_problems<Role>(R"("rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods/log"],
                                     "resourceNames":["a"]}])"),
              "");
    EXPECT_EQ(rbac_problems<Role>(R"("rules":[{}])"),
              "rules[0].verbs: Required value: verbs must contain at least one value\n"
              "rules[0].apiGroups: Required value: resource rules must supply at least one api group\n"
              "rules[0].resources: Required value: resource rules must supply at least one resource\n");
    const std::string_view path = R"("rules":[{"verbs":["get"],"nonResourceURLs":["/x","/y"]}])";
    EXPECT_EQ(rbac_problems<Role>(path),
              R"(rules[0].nonResourceURLs: Invalid value: ["/x","/y"]: namespaced rules cannot apply to )"
              "non-resource URLs\n");
    EXPECT_EQ(rbac_problems<ClusterRole>(path), "");
    EXPECT_EQ(rbac_problems<ClusterRole>(
                  R"("rules":[{"verbs":["get"],"nonResourceURLs":["/x"],"resources":["pods"]}])"),
              R"(rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular )"
              "resources and non-resource URLs\n");
}

TEST(RbacValidation, TheirNamesArePartsOfPaths) {
    const auto named = [](const std::string& name) {
        Role role;
        role.metadata.name = name;
        return support::text_of(validate(role));
    };
    EXPECT_EQ(named("system:Some_one@Home"), "");
    EXPECT_EQ(named("a/b%c"),
              "metadata.name: Invalid value: \"a/b%c\": may not contain '/'\n"
              "metadata.name: Invalid value: \"a/b%c\": may not contain '%'\n");
    EXPECT_EQ(named(".."), "metadata.name: Invalid value: \"..\": may not be '..'\n");
}

TEST(RbacValidation, OfAggregation) {
    EXPECT_EQ(rbac_problems<ClusterRole>(
                  R"("aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]})"),
              "");
    EXPECT_EQ(rbac_problems<ClusterRole>(R"("aggregationRule":{})"),
              "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector "
              "required if aggregationRule is non-nil\n");
}

/// Of a binding to Role `r` with this subject, all with their groups.
template <class T>
std::string subject_problems(std::string_view subject, std::string_view kind = "ClusterRole") {
    auto binding = rbac_object<T>(R"("subjects":[)" + std::string(subject) + R"(],"roleRef":{"kind":")" +
                                  std::string(kind) + R"(","name":"r"})");
    set_defaults(binding);
    return support::text_of(validate(binding));
}

TEST(RbacValidation, OfSubjects) {
    const std::string_view account = R"({"kind":"ServiceAccount","name":"a"})";
    EXPECT_EQ(subject_problems<RoleBinding>(account), "");
    EXPECT_EQ(subject_problems<ClusterRoleBinding>(account), "subjects[0].namespace: Required value\n");
    EXPECT_EQ(subject_problems<RoleBinding>(R"({"kind":"User"})"),
              "subjects[0].name: Required value\n"
              "subjects[0].name: Invalid value: \"\": user name cannot be empty\n");
    EXPECT_EQ(subject_problems<RoleBinding>(R"({"kind":"Group","apiGroup":"g","name":"a b"})"),
              "subjects[0].apiGroup: Unsupported value: \"g\": supported values: "
              "\"rbac.authorization.k8s.io\"\n");
    EXPECT_EQ(subject_problems<RoleBinding>(R"({"kind":"ServiceAccount","apiGroup":"g","name":"a"})"),
              "subjects[0].apiGroup: Unsupported value: \"g\": supported values: \"\"\n");
    EXPECT_EQ(subject_problems<RoleBinding>(R"({"kind":"Robot","name":"a"})"),
              "subjects[0].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", "
              "\"User\", \"Group\"\n");
}

TEST(RbacValidation, OfTheRoleThatIsGiven) {
    const std::string_view user = R"({"kind":"User","name":"a"})";
    EXPECT_EQ(subject_problems<RoleBinding>(user, "Role"), "");
    EXPECT_EQ(subject_problems<ClusterRoleBinding>(user, "Role"),
              "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"\n");
    EXPECT_EQ(rbac_problems<RoleBinding>(R"("roleRef":{})"),
              "roleRef.apiGroup: Unsupported value: \"\": supported values: \"rbac.authorization.k8s.io\"\n"
              "roleRef.kind: Unsupported value: \"\": supported values: \"Role\", \"ClusterRole\"\n"
              "roleRef.name: Required value\n");
}

TEST(RbacValidation, TheRoleOfABindingStays) {
    auto before = rbac_object<RoleBinding>(R"("roleRef":{"kind":"Role","name":"r"})");
    set_defaults(before);
    RoleBinding now = before;
    now.subjects.push_back({.kind = "Group", .apiGroup = now.roleRef.apiGroup, .name = "g"});
    EXPECT_EQ(support::text_of(validate_update(now, before)), "");
    now.roleRef.name = "s";
    EXPECT_EQ(support::text_of(validate_update(now, before)),
              R"(roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"s"}: )"
              "cannot change roleRef\n");
}

}  // namespace
}  // namespace hooklet::api
