// SPDX-License-Identifier: Apache-2.0
// What nobody may give away who does not have it.
#include "identity/escalation.hpp"

#include "support/from_json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

PolicyRules policy(std::string_view rules) {
    return support::from_json<api::ClusterRole>(R"({"rules":)" + std::string(rules) + "}").rules;
}

/// What somebody with the rules `held` is told who gives away `wanted`, without the first line.
std::string missing(std::string_view held, std::string_view wanted) {
    Roles roles;
    roles.add(support::from_json<api::ClusterRole>(R"({"metadata":{"name":"r"},"rules":)" +
                                                   std::string(held) + "}"));
    roles.add(support::from_json<api::ClusterRoleBinding>(
        R"({"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},
            "subjects":[{"kind":"User","name":"bob"}]})"));
    const std::string why =
        escalation({.username = "bob", .groups = {"g", "h"}}, "ns", roles, policy(wanted));
    const std::string first =
        R"(user "bob" (groups=["g" "h"]) is attempting to grant RBAC permissions not currently held:)";
    if (why.empty()) return why;
    EXPECT_EQ(why.substr(0, why.find('\n')), first);
    return why.substr(why.find('\n') + 1);
}

TEST(Escalation, WhatSomebodyHasMayBeGiven) {
    const char* pods = R"([{"verbs":["get","list"],"apiGroups":[""],"resources":["pods","nodes"]}])";
    const char* all = R"([{"verbs":["*"],"apiGroups":["*"],"resources":["*"]},
                          {"verbs":["*"],"nonResourceURLs":["*"]}])";
    for (const auto& [held, wanted] : std::initializer_list<std::pair<const char*, const char*>>{
             {pods, pods},
             {all, all},
             {all, pods},
             {pods, R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]}])"},
             {R"([{"verbs":["get"],"apiGroups":["apps"],"resources":["*/scale"]}])",
              R"([{"verbs":["get"],"apiGroups":["apps"],"resources":["deployments/scale"]}])"},
             {R"([{"verbs":["get"],"nonResourceURLs":["/x/*"]}])",
              R"([{"verbs":["get"],"nonResourceURLs":["/x/y","/x/*"]}])"},
             {"[]", "[]"}}) {
        EXPECT_EQ(missing(held, wanted), "") << held << " " << wanted;
    }
}

TEST(Escalation, WhatIsMissingIsTold) {
    EXPECT_EQ(missing("[]", R"([{"verbs":["get","list"],"apiGroups":[""],"resources":["pods","nodes"]}])"),
              R"({APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}
{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]})");
    EXPECT_EQ(missing(R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])",
                      R"([{"verbs":["get","delete"],"apiGroups":[""],"resources":["pods"]}])"),
              R"({APIGroups:[""], Resources:["pods"], Verbs:["delete"]})");
    EXPECT_EQ(missing(R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]}])",
                      R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a","b"]},
                          {"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])"),
              R"({APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get"]}
{APIGroups:[""], Resources:["pods"], Verbs:["get"]})");
    EXPECT_EQ(missing(R"([{"verbs":["*"],"apiGroups":["*"],"resources":["pods"]}])",
                      R"([{"verbs":["*"],"apiGroups":["*"],"resources":["*"]},
                          {"verbs":["get"],"nonResourceURLs":["/x"]}])"),
              R"({APIGroups:["*"], Resources:["*"], Verbs:["*"]}
{NonResourceURLs:["/x"], Verbs:["get"]})");
}

TEST(Escalation, ARoleThatIsNotThereIsTold) {
    Roles roles;
    roles.add(support::from_json<api::RoleBinding>(
        R"({"metadata":{"name":"b","namespace":"ns"},"roleRef":{"kind":"Role","name":"gone"},
            "subjects":[{"kind":"User","name":"bob"}]})"));
    const std::string why =
        escalation({.username = "bob"}, "ns", roles,
                   policy(R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])"));
    EXPECT_EQ(why, R"(user "bob" (groups=[]) is attempting to grant RBAC permissions not currently held:
{APIGroups:[""], Resources:["pods"], Verbs:["get"]}; resolution errors: [)"
                   R"(roles.rbac.authorization.k8s.io "gone" not found])");
}

}  // namespace
}  // namespace hooklet::identity
