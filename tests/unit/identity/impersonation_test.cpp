// SPDX-License-Identifier: Apache-2.0
#include "identity/impersonation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

HttpServerRequest with(std::vector<HttpHeader> headers) {
    HttpServerRequest request;
    request.headers = std::move(headers);
    return request;
}

TEST(Impersonation, WhoAsksForNothingIsHimself) {
    EXPECT_EQ(*impersonated(administrator(), with({{"Accept", "*/*"}})), administrator());
    EXPECT_EQ(*impersonated(anonymous(), {}), anonymous());
}

TEST(Impersonation, AMasterMayBeAnyone) {
    const auto bob = impersonated(administrator(), with({{"Impersonate-User", "bob"},
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
        impersonated(administrator(), with({{"Impersonate-User", "system:serviceaccount:ns:default"}}));
    ASSERT_TRUE(account);
    EXPECT_THAT(account->groups, testing::ElementsAre("system:serviceaccounts", "system:serviceaccounts:ns",
                                                      "system:authenticated"));
    EXPECT_EQ(*impersonated(administrator(), with({{"Impersonate-User", "system:anonymous"}})), anonymous());
}

TEST(Impersonation, OthersAreRefused) {
    const Identity bob{.username = "bob", .groups = {"system:authenticated"}};
    const auto refused = impersonated(bob, with({{"Impersonate-User", "alice"}}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text(),
              "users \"alice\" is forbidden: User \"bob\" cannot impersonate resource \"users\" in API group "
              "\"\" at the cluster scope");
    EXPECT_FALSE(impersonated(administrator(), with({{"Impersonate-Group", "system:masters"}})));
}

}  // namespace
}  // namespace hooklet::identity
