// SPDX-License-Identifier: Apache-2.0
// The roles that every API has, and those that are put together out of others.
#include "controllers/role_aggregator.hpp"
#include "controllers/role_founder.hpp"
#include "support/api_world.hpp"
#include "support/from_json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::Contains;
using testing::ElementsAre;

ApiPath rbac(std::string resource, std::string name = "") {
    return {"rbac.authorization.k8s.io", "v1", std::move(resource), "", std::move(name)};
}

struct RolesOfTheApi : testing::Test, sim::ApiWorld {
    Status found() { return loop.run(found_roles(&api, within())); }
    api::ClusterRole role(const std::string& name) {
        return read_as<api::ClusterRole>(stored(rbac("clusterroles", name)));
    }
    api::ClusterRoleBinding binding(const std::string& name) {
        return read_as<api::ClusterRoleBinding>(stored(rbac("clusterrolebindings", name)));
    }
    /// The resources of its rules.
    std::vector<std::string> resources(const std::string& name) {
        std::vector<std::string> all;
        for (const api::PolicyRule& rule : role(name).rules)
            all.insert(all.end(), rule.resources.begin(), rule.resources.end());
        return all;
    }
    void make_role(const std::string& name, std::string_view labels, std::string_view resource) {
        add(rbac("clusterroles", name),
            fmt::format(R"({{"metadata":{{"name":"{}","labels":{{{}}}}},"rules":[{{"verbs":["get"],)"
                        R"("apiGroups":[""],"resources":["{}"]}}]}})",
                        name, labels, resource));
    }
};

TEST_F(RolesOfTheApi, AreMadeOnce) {
    ASSERT_TRUE(found());
    EXPECT_EQ(names(rbac("clusterroles")).size(), 13U);
    EXPECT_THAT(names(rbac("clusterrolebindings")),
                ElementsAre("cluster-admin", "system:basic-user", "system:discovery",
                            "system:public-info-viewer", "system:service-account-issuer-discovery"));
    EXPECT_EQ(binding("cluster-admin").subjects.at(0).name, "system:masters");
    const std::int64_t revision = api.objects().revision();
    ASSERT_TRUE(found());
    EXPECT_EQ(api.objects().revision(), revision);
}

TEST_F(RolesOfTheApi, GetBackWhatTheyLackAndKeepWhatIsAdded) {
    ASSERT_TRUE(found());
    change(rbac("clusterroles", "system:auth-delegator"),
           R"({"metadata":{"labels":{"kubernetes.io/bootstrapping":null,"mine":"x"}},
               "rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]})");
    change(rbac("clusterrolebindings", "system:discovery"), R"({"subjects":[]})");
    ASSERT_TRUE(found());
    EXPECT_THAT(resources("system:auth-delegator"),
                ElementsAre("pods", "tokenreviews", "subjectaccessreviews"));
    EXPECT_EQ(role("system:auth-delegator").metadata.labels.size(), 2U);
    EXPECT_EQ(binding("system:discovery").subjects.at(0).name, "system:authenticated");
}

TEST_F(RolesOfTheApi, AreLeftAloneWhenTheySaySo) {
    ASSERT_TRUE(found());
    change(
        rbac("clusterroles", "system:basic-user"),
        R"({"metadata":{"annotations":{"rbac.authorization.kubernetes.io/autoupdate":"false"}},"rules":[]})");
    ASSERT_TRUE(found());
    EXPECT_TRUE(role("system:basic-user").rules.empty());
}

TEST_F(RolesOfTheApi, ABindingOfAnotherRoleIsMadeAnew) {
    ASSERT_TRUE(found());
    const std::string uid = binding("system:discovery").metadata.uid;
    change(rbac("clusterrolebindings", "system:discovery"), R"({"roleRef":{"name":"other"}})");
    ASSERT_TRUE(found());
    EXPECT_EQ(binding("system:discovery").roleRef.name, "system:discovery");
    EXPECT_NE(binding("system:discovery").metadata.uid, uid);
}

TEST_F(RolesOfTheApi, SomeArePutTogetherOutOfOthers) {
    ASSERT_TRUE(found());
    RoleAggregator aggregator(&api, &loop.clock(), loop.executor());
    aggregator.on_error([](const Error& error) { ADD_FAILURE() << error.text(); });
    aggregator.start();
    loop.run_for(std::chrono::seconds{5});
    EXPECT_THAT(resources("view"), Contains("pods/log"));
    EXPECT_THAT(resources("edit"), Contains("pods/log")) << "view is part of edit";
    EXPECT_THAT(resources("admin"), Contains("pods/log"));
    EXPECT_THAT(resources("admin"), Contains("rolebindings"));
    EXPECT_THAT(resources("edit"), Contains("pods/exec"));
    EXPECT_THAT(resources("view"), testing::Not(Contains("secrets")));
    make_role("widgets", R"("rbac.authorization.k8s.io/aggregate-to-view":"true")", "widgets");
    loop.run_for(std::chrono::seconds{5});
    EXPECT_THAT(resources("view"), Contains("widgets"));
    EXPECT_THAT(resources("admin"), Contains("widgets"));
    ASSERT_TRUE(api.objects().remove(rbac("clusterroles", "widgets"), {}));
    loop.run_for(std::chrono::seconds{5});
    EXPECT_THAT(resources("admin"), testing::Not(Contains("widgets")));
    const std::int64_t revision = api.objects().revision();
    loop.run_for(std::chrono::seconds{60});
    EXPECT_EQ(api.objects().revision(), revision);
    loop.run(aggregator.stop());
}

TEST(AggregatedRules, ComeOnceInTheOrderOfNames) {
    Informer<api::ClusterRole>::Objects all;
    const auto put = [&all](const std::string& name, std::string_view labels, std::string_view verb) {
        all[{"", name}] = std::make_shared<const api::ClusterRole>(support::from_json<api::ClusterRole>(
            fmt::format(R"({{"metadata":{{"name":"{}","labels":{{{}}}}},"rules":[{{"verbs":["{}"]}}]}})",
                        name, labels, verb)));
    };
    put("b", R"("x":"1")", "second");
    put("a", R"("x":"1")", "first");
    put("c", R"("x":"1","y":"1")", "second");
    put("d", R"("y":"1")", "third");
    put("sum", R"("x":"1")", "own");
    const auto sum = support::from_json<api::ClusterRole>(
        R"({"metadata":{"name":"sum"},"aggregationRule":{"clusterRoleSelectors":[
            {"matchLabels":{"y":"1"}},{"matchLabels":{"x":"1"}}]}})");
    std::vector<std::string> verbs;
    for (const api::PolicyRule& rule : aggregated_rules(sum, all)) verbs.push_back(rule.verbs.at(0));
    EXPECT_THAT(verbs, ElementsAre("second", "third", "first"));
}

}  // namespace
}  // namespace hooklet
