// SPDX-License-Identifier: Apache-2.0
#include "identity/impersonation.hpp"

#include "support/from_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

HttpServerRequest with(std::vector<HttpHeader> headers) {
    HttpServerRequest request;
    request.headers = std::move(headers);
    return request;
}

Result<Identity> as_asked(const Identity& real, const HttpServerRequest& request) {
    return impersonated(real, request, Roles{});
}

TEST(Impersonation, WhoAsksForNothingIsHimself) {
    EXPECT_EQ(*as_asked(administrator(), with({{"Accept", "*/*"}})), administrator());
    EXPECT_EQ(*as_asked(anonymous(), {}), anonymous());
}

TEST(Impersonation, AMasterMayBeAnyone) {
    const auto bob = as_asked(administrator(), with({{"Impersonate-User", "bob"},
                                                     {"Impersonate-Group", "a"},
                                                     {"impersonate-group", "b"},
                                                     {"Impersonate-Uid", "7"},
                                                     {"Impersonate-Extra-Scopes", "x"}}));
    ASSERT_TRUE(bob);
    const Identity wanted{.username = "bob",
                          .uid = "7",
                          .groups = {"a", "b", "system:authenticated"},
                          .extra = {{"scopes", {"x"}}}};
    EXPECT_EQ(*bob, wanted);
}

TEST(Impersonation, ServiceAccountsHaveTheirGroups) {
    const auto account =
        as_asked(administrator(), with({{"Impersonate-User", "system:serviceaccount:ns:default"}}));
    ASSERT_TRUE(account);
    EXPECT_THAT(account->groups, testing::ElementsAre("system:serviceaccounts", "system:serviceaccounts:ns",
                                                      "system:authenticated"));
    EXPECT_EQ(*as_asked(administrator(), with({{"Impersonate-User", "system:anonymous"}})), anonymous());
}

TEST(Impersonation, OthersAreRefused) {
    const Identity bob{.username = "bob", .groups = {"system:authenticated"}};
    const auto refused = as_asked(bob, with({{"Impersonate-User", "alice"}}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text(),
              "users \"alice\" is forbidden: User \"bob\" cannot impersonate resource \"users\" in API group "
              "\"\" at the cluster scope");
    EXPECT_FALSE(as_asked(administrator(), with({{"Impersonate-Group", "system:masters"}})));
}

/// Gives these rules to bob, everywhere.
Roles roles_of_bob(std::string_view rules) {
    Roles roles;
    roles.add(support::from_json<api::ClusterRole>(R"({"metadata":{"name":"r"},"rules":)" +
                                                   std::string(rules) + "}"));
    roles.add(support::from_json<api::ClusterRoleBinding>(
        R"({"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},
            "subjects":[{"kind":"User","name":"bob"}]})"));
    return roles;
}

TEST(Impersonation, EachPartHasToBeAllowed) {
    const Identity bob{.username = "bob", .groups = {"system:authenticated"}};
    const auto refusal = [&bob](std::string_view rules, std::vector<HttpHeader> headers) {
        const auto named = impersonated(bob, with(std::move(headers)), roles_of_bob(rules));
        return named ? "" : named.error().text();
    };
    const std::string_view users =
        R"([{"verbs":["impersonate"],"apiGroups":[""],"resources":["users"],"resourceNames":["alice"]}])";
    const HttpHeader alice{"Impersonate-User", "alice"};
    EXPECT_EQ(refusal(users, {alice}), "");
    EXPECT_EQ(refusal(users, {alice, {"Impersonate-Group", "system:masters"}}),
              R"(groups "system:masters" is forbidden: User "bob" cannot impersonate resource "groups" in )"
              R"(API group "" at the cluster scope)");
    EXPECT_EQ(refusal(users, {alice, {"Impersonate-Uid", "1"}}),
              R"(uids.authentication.k8s.io "1" is forbidden: User "bob" cannot impersonate resource "uids" )"
              R"(in API group "authentication.k8s.io" at the cluster scope)");
    EXPECT_EQ(refusal(users, {alice, {"Impersonate-Extra-Scopes", "x"}}),
              R"(userextras.authentication.k8s.io "x" is forbidden: User "bob" cannot impersonate resource )"
              R"("userextras/scopes" in API group "authentication.k8s.io" at the cluster scope)");
    const HttpHeader account{"Impersonate-User", "system:serviceaccount:ns:a"};
    EXPECT_EQ(refusal(users, {account}),
              R"(serviceaccounts "a" is forbidden: User "bob" cannot impersonate resource "serviceaccounts" )"
              R"(in API group "" in the namespace "ns")");
    EXPECT_EQ(
        refusal(R"([{"verbs":["impersonate"],"apiGroups":[""],"resources":["serviceaccounts"]}])", {account}),
        "");
}

}  // namespace
}  // namespace hooklet::identity
