// SPDX-License-Identifier: Apache-2.0
// kubectl's commands about roles, and what accounts with roles may do.
#include "integration/agent/kubectl_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::testing {
namespace {

using ::testing::HasSubstr;

const std::string as_robot = " --as=system:serviceaccount:default:robot";

struct KubectlRoles : KubectlTest {};

TEST_F(KubectlRoles, LetAnAccountDoSomething) {
    ok("create serviceaccount robot");
    EXPECT_THAT(kubectl("get pods" + as_robot).out,
                HasSubstr(R"(pods is forbidden: User "system:serviceaccount:default:robot" cannot list )"
                          R"(resource "pods" in API group "" in the namespace "default")"));
    ok("create role reader --verb=get,list,watch --resource=pods,pods/log");
    ok("create rolebinding robot-reads --role=reader --serviceaccount=default:robot");
    ok("get pods" + as_robot);
    EXPECT_EQ(ok("auth can-i list pods" + as_robot), "yes\n");
    EXPECT_THAT(kubectl("auth can-i delete pods" + as_robot).out, HasSubstr("no"));
    EXPECT_THAT(kubectl("auth can-i list pods -n kube-system" + as_robot).out, HasSubstr("no"));
    EXPECT_THAT(ok("auth can-i --list" + as_robot), HasSubstr("pods/log"));
    EXPECT_THAT(ok("get rolebindings -o wide"), HasSubstr("Role/reader"));
    EXPECT_THAT(ok("describe rolebinding robot-reads"), HasSubstr("ServiceAccount  robot  default"));
    EXPECT_THAT(ok("describe role reader"), HasSubstr("pods/log"));
    ok("delete rolebinding robot-reads");
    EXPECT_NE(kubectl("get pods" + as_robot).code, 0);
}

TEST_F(KubectlRoles, AreThoseOfKubernetesFromTheStart) {
    ok("create serviceaccount guest");
    ok("create rolebinding guest-views --clusterrole=view --serviceaccount=default:guest");
    const std::string as_guest = " --as=system:serviceaccount:default:guest";
    EXPECT_EQ(ok("auth can-i list configmaps" + as_guest), "yes\n");
    EXPECT_NE(kubectl("get secrets" + as_guest).code, 0);
    EXPECT_THAT(ok("get clusterroles"), HasSubstr("cluster-admin"));
    EXPECT_THAT(ok("describe clusterrole admin"), HasSubstr("rolebindings.rbac.authorization.k8s.io"));
    EXPECT_THAT(ok("get clusterrolebindings"), HasSubstr("system:discovery"));
    EXPECT_THAT(ok("get --raw /openid/v1/jwks"), HasSubstr("P-256"));
}

TEST_F(KubectlRoles, AreReconciledAndNotGivenAwayByOthers) {
    const std::string roles = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: granter}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [roles, rolebindings], verbs: [get, create, update]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: granter}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: granter}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: ann}
)";
    EXPECT_THAT(ok("auth reconcile -f -", roles), HasSubstr("reconciled"));
    ok("auth reconcile -f -", roles);
    EXPECT_THAT(kubectl("create role more --verb=delete --resource=pods --as=ann").out,
                HasSubstr("is attempting to grant RBAC permissions not currently held:\n"
                          R"({APIGroups:[""], Resources:["pods"], Verbs:["delete"]})"));
    EXPECT_THAT(kubectl("create rolebinding more --clusterrole=admin --user=ann --as=ann").out,
                HasSubstr("is attempting to grant RBAC permissions not currently held:"));
}

}  // namespace
}  // namespace hooklet::testing
