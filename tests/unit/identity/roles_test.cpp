// SPDX-License-Identifier: Apache-2.0
// What roles allow, and to whom.
#include "identity/authorization.hpp"
#include "identity/default_roles.hpp"
#include "support/from_json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

struct MatchCase {
    const char* rule;
    Attributes what;
    bool allowed;
};

TEST(PolicyRules, AllowWhatTheyName) {
    const auto get = [](std::string resource, std::string part = "", std::string name = "") {
        return Attributes{.verb = "get",
                          .resource = std::move(resource),
                          .subresource = std::move(part),
                          .namespace_ = "ns",
                          .name = std::move(name)};
    };
    const auto path = [](std::string of) { return Attributes{.verb = "get", .path = std::move(of)}; };
    const char* pods = R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"]})";
    const char* one = R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]})";
    const char* logs = R"({"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]})";
    const char* scale = R"({"verbs":["*"],"apiGroups":["*"],"resources":["*/scale"]})";
    const char* all = R"({"verbs":["*"],"apiGroups":["*"],"resources":["*"]})";
    const char* paths = R"({"verbs":["get"],"nonResourceURLs":["/x","/y/*"]})";
    const MatchCase cases[] = {
        {pods, get("pods"), true},
        {pods, get("pods", "log"), false},
        {pods, get("nodes"), false},
        {pods, {.verb = "list", .resource = "pods"}, false},
        {pods, {.verb = "get", .group = "metrics.k8s.io", .resource = "pods"}, false},
        {one, get("pods", "", "a"), true},
        {one, get("pods", "", "b"), false},
        {one, get("pods"), false},
        {logs, get("pods", "log"), true},
        {logs, get("pods"), false},
        {scale, {.verb = "patch", .group = "apps", .resource = "deployments", .subresource = "scale"}, true},
        {scale, {.verb = "patch", .group = "apps", .resource = "deployments"}, false},
        {all, get("pods", "exec", "a"), true},
        {all, path("/x"), false},
        {paths, path("/x"), true},
        {paths, path("/x/z"), false},
        {paths, path("/y/z"), true},
        {paths, path("/y"), false},
        {paths, {.verb = "post", .path = "/x"}, false},
        {R"({"verbs":["get"],"nonResourceURLs":["*"]})", path("/x"), true},
        {R"({"verbs":["get"],"nonResourceURLs":["*"]})", get("pods"), false},
    };
    for (const MatchCase& c : cases) {
        EXPECT_EQ(allows(support::from_json<api::PolicyRule>(c.rule), c.what), c.allowed)
            << c.rule << " " << c.what.verb << " " << c.what.resource << "/" << c.what.subresource
            << c.what.path;
    }
}

/// A Role `r` in namespace `ns` and a ClusterRole `c`, which read Pods and nodes.
struct RolesTest : testing::Test {
    RolesTest() {
        roles.add(support::from_json<api::Role>(
            R"({"metadata":{"name":"r","namespace":"ns"},
                "rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]})"));
        roles.add(support::from_json<api::ClusterRole>(
            R"({"metadata":{"name":"c"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods","nodes"]},
                {"verbs":["get"],"nonResourceURLs":["/metrics"]}]})"));
    }
    void bind(std::string_view role, std::string_view subject, std::string_view name = "b") {
        roles.add(support::from_json<api::RoleBinding>(
            fmt::format(R"({{"metadata":{{"name":"{}","namespace":"ns"}},"roleRef":{},"subjects":[{}]}})",
                        name, role, subject)));
    }
    void bind_everywhere(std::string_view role, std::string_view subject, std::string_view name = "b") {
        roles.add(support::from_json<api::ClusterRoleBinding>(fmt::format(
            R"({{"metadata":{{"name":"{}"}},"roleRef":{{"kind":"ClusterRole","name":"{}"}},"subjects":[{}]}})",
            name, role, subject)));
    }
    /// `yes REASON` or `no REASON`.
    std::string asked(const Identity& who, std::string resource, std::string namespace_) const {
        const Attributes what{
            .verb = "get", .resource = std::move(resource), .namespace_ = std::move(namespace_), .name = "x"};
        const Decision decision = authorize(who, what, roles);
        return (decision.allowed ? "yes " : "no ") + decision.reason;
    }

    static constexpr std::string_view reader = R"({"kind":"Role","name":"r"})";
    static constexpr std::string_view cluster_role = R"({"kind":"ClusterRole","name":"c"})";
    const Identity bob{.username = "bob", .groups = {"people", "system:authenticated"}};
    const Identity account{.username = "system:serviceaccount:ns:a",
                           .groups = {"system:serviceaccounts", "system:authenticated"}};
    Roles roles;
};

TEST_F(RolesTest, ARoleBindingGivesARoleInItsNamespace) {
    bind(reader, R"({"kind":"User","name":"bob"})");
    EXPECT_EQ(asked(bob, "pods", "ns"),
              R"(yes RBAC: allowed by RoleBinding "b/ns" of Role "r" to User "bob")");
    EXPECT_EQ(asked(bob, "pods", "other"), "no ");
    EXPECT_EQ(asked(bob, "pods", ""), "no ");
    EXPECT_EQ(asked(bob, "configmaps", "ns"), "no ");
    EXPECT_EQ(asked(account, "pods", "ns"), "no ");
}

TEST_F(RolesTest, AClusterRoleIsGivenInANamespaceOrEverywhere) {
    bind(cluster_role, R"({"kind":"Group","name":"people"})");
    EXPECT_EQ(asked(bob, "pods", "ns"),
              R"(yes RBAC: allowed by RoleBinding "b/ns" of ClusterRole "c" to Group "people")");
    EXPECT_EQ(asked(bob, "nodes", ""), "no ");
    EXPECT_FALSE(authorize(bob, {.verb = "get", .path = "/metrics"}, roles).allowed);
    bind_everywhere("c", R"({"kind":"Group","name":"people"})");
    EXPECT_EQ(asked(bob, "nodes", ""),
              R"(yes RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "c" to Group "people")");
    EXPECT_EQ(asked(bob, "pods", "other").substr(0, 3), "yes");
    EXPECT_TRUE(authorize(bob, {.verb = "get", .path = "/metrics"}, roles).allowed);
}

TEST_F(RolesTest, AServiceAccountIsOfTheBindingsNamespaceUnlessSaid) {
    bind(reader, R"({"kind":"ServiceAccount","name":"a"})");
    EXPECT_EQ(asked(account, "pods", "ns"),
              R"(yes RBAC: allowed by RoleBinding "b/ns" of Role "r" to ServiceAccount "a/ns")");
    bind(reader, R"({"kind":"ServiceAccount","name":"a","namespace":"other"})");
    EXPECT_EQ(asked(account, "pods", "ns"), "no ");
    bind_everywhere("c", R"({"kind":"ServiceAccount","name":"a","namespace":"ns"})");
    EXPECT_EQ(asked(account, "nodes", ""),
              R"(yes RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "c" to ServiceAccount "a/ns")");
}

TEST_F(RolesTest, ARoleThatIsNotThereIsTold) {
    bind(R"({"kind":"Role","name":"gone"})", R"({"kind":"User","name":"bob"})", "a");
    EXPECT_EQ(asked(bob, "pods", "ns"), R"(no RBAC: role.rbac.authorization.k8s.io "gone" not found)");
    bind_everywhere("lost", R"({"kind":"User","name":"bob"})", "a");
    const Decision refused = authorize(bob, {.verb = "list", .resource = "pods", .namespace_ = "ns"}, roles);
    EXPECT_EQ(refused.message,
              R"(pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace )"
              R"("ns": RBAC: [clusterrole.rbac.authorization.k8s.io "lost" not found, )"
              R"(role.rbac.authorization.k8s.io "gone" not found])");
    EXPECT_EQ(rules_of(bob, "other", roles).error,
              R"(clusterrole.rbac.authorization.k8s.io "lost" not found)");
    bind(reader, R"({"kind":"User","name":"bob"})");
    EXPECT_EQ(asked(bob, "pods", "ns").substr(0, 3), "yes") << "another role is enough";
}

TEST_F(RolesTest, RulesAreOfAllRolesThatSomebodyHas) {
    bind(reader, R"({"kind":"User","name":"bob"})");
    bind_everywhere("c", R"({"kind":"User","name":"bob"})");
    const Rules here = rules_of(bob, "ns", roles);
    EXPECT_EQ(here.resources.size(), 2U);
    EXPECT_EQ(here.paths.size(), 1U);
    EXPECT_EQ(rules_of(bob, "other", roles).resources.size(), 1U);
    EXPECT_EQ(here.error, "");
}

TEST(DefaultRoles, AreThoseOfTheTable) {
    std::string table;
    for (const api::ClusterRole& role : default_cluster_roles()) {
        table += fmt::format("{} {}", role.metadata.name, role.rules.size());
        for (const auto& [label, value] : role.metadata.labels)
            if (const std::size_t at = label.find("aggregate-to-"); at != std::string::npos)
                table += " in " + label.substr(at + 13);
        if (role.aggregationRule) table += " of others";
        table += "\n";
    }
    EXPECT_EQ(table, R"(cluster-admin 2
admin 0 of others
edit 0 in admin of others
view 0 in edit of others
system:aggregate-to-admin 2 in admin
system:aggregate-to-edit 12 in edit
system:aggregate-to-view 9 in view
hooklet:aggregate-to-view 2 in view
system:auth-delegator 2
system:basic-user 2
system:discovery 1
system:public-info-viewer 1
system:service-account-issuer-discovery 1
)");
    for (const api::ClusterRoleBinding& binding : default_cluster_role_bindings())
        EXPECT_NE(default_roles().rules_of(binding.roleRef, ""), nullptr) << binding.metadata.name;
}

TEST(DefaultRoles, ServiceAccountsReadTheKeysOfTheirTokens) {
    const Identity account{.username = "system:serviceaccount:ns:a",
                           .groups = {"system:serviceaccounts", "system:authenticated"}};
    const Identity bob{.username = "bob", .groups = {"system:authenticated"}};
    for (const char* path : {"/.well-known/openid-configuration", "/openid/v1/jwks"}) {
        EXPECT_TRUE(authorize(account, {.verb = "get", .path = path}, default_roles()).allowed) << path;
        EXPECT_FALSE(authorize(bob, {.verb = "get", .path = path}, default_roles()).allowed) << path;
    }
}

}  // namespace
}  // namespace hooklet::identity
