// SPDX-License-Identifier: Apache-2.0
#include "identity/authorization.hpp"

#include "identity/default_roles.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

const Identity account{
    .username = "system:serviceaccount:ns:default",
    .groups = {"system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"}};
const Identity node{.username = "system:node:n1", .groups = {"system:nodes", "system:authenticated"}};

struct Case {
    const char* name;
    Identity who;
    Attributes what;
    std::string message;  ///< Empty: allowed.
};

void check(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
        const Decision decision = authorize(c.who, c.what, default_roles());
        EXPECT_EQ(decision.allowed, c.message.empty()) << c.name;
        EXPECT_EQ(decision.message, c.message) << c.name;
    }
}

Attributes get_path(std::string path) {
    return {.verb = "get", .path = std::move(path)};
}

TEST(Authorize, MastersMayDoEverything) {
    check({{"path", administrator(), {.verb = "delete", .path = "/x"}, ""},
           {"resource", administrator(), {.verb = "escalate", .group = "g", .resource = "r"}, ""}});
}

TEST(Authorize, EveryoneMayAskForHealthAndVersion) {
    for (const char* path : {"/healthz", "/livez", "/readyz", "/version", "/version/"}) {
        check({{path, anonymous(), get_path(path), ""}, {path, account, get_path(path), ""}});
    }
    check({{"post",
            anonymous(),
            {.verb = "post", .path = "/livez"},
            R"(forbidden: User "system:anonymous" cannot post path "/livez")"},
           {"below", anonymous(), get_path("/livez/x"),
            R"(forbidden: User "system:anonymous" cannot get path "/livez/x")"},
           {"root", anonymous(), get_path("/"), R"(forbidden: User "system:anonymous" cannot get path "/")"},
           {"metrics", account, get_path("/metrics"),
            R"(forbidden: User "system:serviceaccount:ns:default" cannot get path "/metrics")"}});
}

TEST(Authorize, DiscoveryIsForTheAuthenticated) {
    for (const char* path :
         {"/api", "/api/v1", "/apis", "/apis/apps/v1", "/openapi/v3", "/openapi/v3/api/v1"}) {
        check({{path, account, get_path(path), ""},
               {path, anonymous(), get_path(path),
                R"(forbidden: User "system:anonymous" cannot get path ")" + std::string(path) + "\""}});
    }
    check({{"no prefix", account, get_path("/apisx"),
            R"(forbidden: User "system:serviceaccount:ns:default" cannot get path "/apisx")"}});
}

TEST(Authorize, ServiceAccountsMayAskAboutThemselvesOnly) {
    const std::string user = R"(User "system:serviceaccount:ns:default")";
    check({
        {"review",
         account,
         {.verb = "create", .group = "authentication.k8s.io", .resource = "selfsubjectreviews"},
         ""},
        {"access",
         account,
         {.verb = "create", .group = "authorization.k8s.io", .resource = "selfsubjectaccessreviews"},
         ""},
        {"rules",
         account,
         {.verb = "create", .group = "authorization.k8s.io", .resource = "selfsubjectrulesreviews"},
         ""},
        {"list",
         account,
         {.verb = "list", .resource = "pods", .namespace_ = "ns"},
         "pods is forbidden: " + user +
             R"( cannot list resource "pods" in API group "" in the namespace "ns")"},
        {"get",
         account,
         {.verb = "get", .resource = "pods", .namespace_ = "ns", .name = "p"},
         R"(pods "p" is forbidden: )" + user +
             R"( cannot get resource "pods" in API group "" in the namespace "ns")"},
        {"subresource",
         account,
         {.verb = "create", .resource = "pods", .subresource = "exec", .namespace_ = "ns", .name = "p"},
         R"(pods "p" is forbidden: )" + user +
             R"( cannot create resource "pods/exec" in API group "" in the namespace "ns")"},
        {"cluster",
         account,
         {.verb = "watch", .group = "node.k8s.io", .resource = "runtimeclasses"},
         "runtimeclasses.node.k8s.io is forbidden: " + user +
             R"( cannot watch resource "runtimeclasses" in API group "node.k8s.io" at the cluster scope)"},
    });
}

TEST(Authorize, TheAnonymousMayNotEvenAskAboutThemselves) {
    check({{"review",
            anonymous(),
            {.verb = "create", .group = "authentication.k8s.io", .resource = "selfsubjectreviews"},
            "selfsubjectreviews.authentication.k8s.io is forbidden: User \"system:anonymous\" cannot create "
            "resource \"selfsubjectreviews\" in API group \"authentication.k8s.io\" at the cluster scope"}});
}

bool node_may(Attributes what) {
    return authorize(node, what, default_roles()).allowed;
}

TEST(Authorize, NodesReadWhatPodsNeedAndWriteTheirOwn) {
    const Attributes lease{.verb = "update",
                           .group = "coordination.k8s.io",
                           .resource = "leases",
                           .namespace_ = "kube-node-lease",
                           .name = "n1"};
    EXPECT_TRUE(node_may({.verb = "watch", .resource = "pods"}));
    EXPECT_TRUE(node_may({.verb = "get", .resource = "secrets", .namespace_ = "ns", .name = "s"}));
    EXPECT_TRUE(node_may(
        {.verb = "patch", .resource = "pods", .subresource = "status", .namespace_ = "ns", .name = "p"}));
    EXPECT_TRUE(node_may({.verb = "create", .resource = "nodes"}));
    EXPECT_TRUE(node_may({.verb = "patch", .resource = "nodes", .subresource = "status", .name = "n1"}));
    EXPECT_TRUE(node_may({.verb = "create",
                          .resource = "serviceaccounts",
                          .subresource = "token",
                          .namespace_ = "ns",
                          .name = "default"}));
    EXPECT_TRUE(node_may(lease));
}

TEST(Authorize, NodesDoNotWriteWhatBelongsToOthers) {
    Attributes lease{.verb = "update",
                     .group = "coordination.k8s.io",
                     .resource = "leases",
                     .namespace_ = "kube-node-lease",
                     .name = "n2"};
    EXPECT_FALSE(node_may(lease));
    lease.name = "n1";
    lease.namespace_ = "default";
    EXPECT_FALSE(node_may(lease));
    EXPECT_FALSE(node_may({.verb = "patch", .resource = "nodes", .subresource = "status", .name = "n2"}));
    EXPECT_FALSE(node_may({.verb = "update", .resource = "nodes"}));
    EXPECT_FALSE(node_may({.verb = "create", .resource = "secrets", .namespace_ = "ns"}));
    EXPECT_FALSE(node_may({.verb = "update", .resource = "pods", .namespace_ = "ns", .name = "p"}));
    EXPECT_FALSE(node_may({.verb = "create", .resource = "pods", .subresource = "exec", .namespace_ = "ns"}));
}

TEST(Authorize, NodesSeeSecretsOneByOne) {
    for (const char* resource : {"secrets", "configmaps"}) {
        for (const char* verb : {"list", "watch"}) {
            EXPECT_FALSE(node_may({.verb = verb, .resource = resource})) << verb << resource;
            EXPECT_FALSE(node_may({.verb = verb, .resource = resource, .namespace_ = "ns"}));
            EXPECT_FALSE(node_may({.verb = verb, .resource = resource, .name = "s"}));
            EXPECT_TRUE(node_may({.verb = verb, .resource = resource, .namespace_ = "ns", .name = "s"}));
        }
    }
}

/// `get list/pods on n1`, one line for each rule about resources of that group.
std::string rules_about(const Rules& rules, const std::string& group) {
    std::string lines;
    for (const Rules::OfResources& rule : rules.resources) {
        if (rule.groups != std::vector{group}) continue;
        lines += fmt::format("{}/{} on {}\n", fmt::join(rule.verbs, " "), fmt::join(rule.resources, " "),
                             fmt::join(rule.names, " "));
    }
    return lines;
}

TEST(Rules, SayWhatIsAllowed) {
    EXPECT_EQ(rules_about(rules_of(administrator(), "ns", default_roles()), "*"), "*/* on \n");
    EXPECT_EQ(rules_about(rules_of(account, "ns", default_roles()), ""), "");
    EXPECT_EQ(rules_about(rules_of(account, "ns", default_roles()), "authorization.k8s.io"),
              "create/selfsubjectaccessreviews selfsubjectrulesreviews on \n");
    EXPECT_EQ(rules_of(account, "ns", default_roles()).paths.size(), 3U);
    EXPECT_EQ(rules_of(anonymous(), "ns", default_roles()).resources.size(), 0U);
    EXPECT_EQ(rules_of(anonymous(), "ns", default_roles()).paths.size(), 1U);
    EXPECT_EQ(rules_about(rules_of(node, "ns", default_roles()), "coordination.k8s.io"), "");
    EXPECT_EQ(rules_about(rules_of(node, "kube-node-lease", default_roles()), "coordination.k8s.io"),
              "get create update patch delete/leases on n1\n");
    EXPECT_NE(
        rules_about(rules_of(node, "ns", default_roles()), "").find("update patch/nodes/status on n1\n"),
        std::string::npos);
}

TEST(Authorize, ANodeHasBothTheGroupAndTheName) {
    const Attributes what{.verb = "watch", .resource = "pods"};
    const std::vector<std::string> groups{"system:nodes", "system:authenticated"};
    EXPECT_TRUE(authorize({.username = "system:node:x", .groups = groups}, what, Roles{}).allowed);
    EXPECT_FALSE(authorize({.username = "system:node:", .groups = groups}, what, Roles{}).allowed);
    EXPECT_FALSE(authorize({.username = "bob", .groups = groups}, what, Roles{}).allowed);
    EXPECT_FALSE(
        authorize({.username = "system:node:x", .groups = {"system:authenticated"}}, what, Roles{}).allowed);
    EXPECT_FALSE(authorize({.username = "system:node:x", .groups = {"system:nodes"}}, what, Roles{}).allowed);
}

}  // namespace
}  // namespace hooklet::identity
