// SPDX-License-Identifier: Apache-2.0
#include "server/disruption.hpp"

#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

struct Disruption : ServerTest {
    static constexpr std::string_view budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";

    void make_running(const std::string& name, bool ready, const std::string& phase = "Running") {
        ASSERT_EQ(make_pod(name, "n", R"(,"labels":{"app":"s"})"), "201");
        const std::string status =
            fmt::format(R"({{"status":{{"phase":"{}","conditions":[{{"type":"Ready","status":"{}"}}]}}}})",
                        phase, ready ? "True" : "False");
        const HttpHeader merge{"Content-Type", "application/merge-patch+json"};
        ASSERT_EQ(verdict("PATCH", path(pods, name + "/status"), status, {merge}), "200");
    }
    /// A budget for these Pods, with a status of its first generation.
    void make_budget(const std::string& name, const std::string& status, const std::string& more = "") {
        const std::string body = fmt::format(
            R"({{"metadata":{{"name":"{}"}},"spec":{{"minAvailable":1,"selector":{{"matchLabels":{{"app":"s"}}}}{}}}}})",
            name, more);
        ASSERT_EQ(verdict("POST", std::string(budgets), body), "201");
        set_status(name, status);
    }
    void set_status(const std::string& name, const std::string& status) {
        const HttpHeader merge{"Content-Type", "application/merge-patch+json"};
        ASSERT_EQ(verdict("PATCH", path(budgets, name + "/status"), R"({"status":)" + status + "}", {merge}),
                  "200");
    }
    std::unique_ptr<FakeExchange> evict(const std::string& name, const std::string& query = "") {
        return ask("POST", path(pods, name + "/eviction") + query,
                   R"({"metadata":{"name":")" + name + R"("}})");
    }
    /// The code, and with a refusal its cause.
    std::string outcome(const std::string& name) {
        const auto exchange = evict(name);
        const auto document = api::parse_json(exchange->reply.body);
        if (exchange->reply.status < 300 || !document) return std::to_string(exchange->reply.status);
        return fmt::format("{} {}", exchange->reply.status, text(*document, "details.causes"));
    }
};

constexpr const char* allows_one = R"({"observedGeneration":1,"disruptionsAllowed":1,"currentHealthy":2,)"
                                   R"("desiredHealthy":1,"expectedPods":2})";
constexpr const char* allows_none = R"({"observedGeneration":1,"disruptionsAllowed":0,"currentHealthy":1,)"
                                    R"("desiredHealthy":1,"expectedPods":2})";

TEST_F(Disruption, ABudgetIsSpent) {
    make_running("a", true);
    make_running("b", true);
    make_budget("pdb", allows_one);
    EXPECT_EQ(evict("a", "?dryRun=All")->reply.status, 201);
    EXPECT_EQ(text(json("GET", path(budgets, "pdb")), "status.disruptionsAllowed"), "1");
    EXPECT_EQ(evict("a")->reply.status, 201);
    const auto spent = json("GET", path(budgets, "pdb"));
    EXPECT_EQ(text(spent, "status.disruptionsAllowed"), "0");
    EXPECT_NE(text(spent, "status.disruptedPods.a"), "-");
    EXPECT_NE(text(spent, "status.conditions").find("InsufficientPods"), std::string::npos);
    const auto refused = evict("b");
    EXPECT_EQ(refused->reply.status, 429);
    EXPECT_EQ(
        refused->reply.body,
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
        R"("message":"Cannot evict pod as it would violate the pod's disruption budget.",)"
        R"("reason":"TooManyRequests","details":{"causes":[{"reason":"DisruptionBudget",)"
        R"("message":"The disruption budget pdb does not allow evicting pods currently"}]},"code":429})");
    EXPECT_EQ(evict("a")->reply.status, 201) << "it ends already";
}

TEST_F(Disruption, ABudgetThatNobodyHasLookedAtAllowsNothingYet) {
    make_running("a", true);
    make_budget("pdb", R"({"disruptionsAllowed":1})");
    const auto refused = evict("a");
    EXPECT_EQ(refused->reply.status, 429);
    EXPECT_EQ(refused->header("Retry-After"), "10");
    EXPECT_NE(refused->reply.body.find("The disruption budget pdb is still being processed by the server."),
              std::string::npos);
}

TEST_F(Disruption, WhatFailedIsSaid) {
    make_running("a", true);
    make_budget("pdb",
                R"({"observedGeneration":1,"conditions":[{"type":"DisruptionAllowed","status":"False",)"
                R"("reason":"SyncFailed","message":"hm","lastTransitionTime":"2026-01-01T00:00:00Z"}]})");
    EXPECT_EQ(
        outcome("a"),
        R"(429 [{"reason":"DisruptionBudget","message":"The disruption budget pdb does not allow evicting )"
        R"(pods currently because it failed sync: hm"}])");
    set_status("pdb", R"({"currentHealthy":4,"desiredHealthy":3,"conditions":[{"type":"DisruptionAllowed",)"
                      R"("status":"False","reason":"Other","message":"hm","lastTransitionTime":null}]})");
    EXPECT_EQ(
        outcome("a"),
        R"(429 [{"reason":"DisruptionBudget","message":"The disruption budget pdb does not allow evicting )"
        R"(pods currently (Other): hm"}])");
    set_status("pdb", R"({"conditions":null})");
    EXPECT_EQ(outcome("a"),
              R"(429 [{"reason":"DisruptionBudget","message":"The disruption budget pdb does not )"
              R"(allow evicting pods currently"}])");
}

TEST_F(Disruption, PodsThatAreNotReadyMayGoWhenEnoughOthersAre) {
    make_running("a", false);
    make_running("b", false);
    make_budget("pdb", allows_none);
    EXPECT_EQ(outcome("a"), "201");
    EXPECT_EQ(text(json("GET", path(budgets, "pdb")), "status.disruptedPods"), "-") << "it was not counted";
    set_status("pdb", R"({"currentHealthy":0})");
    EXPECT_EQ(outcome("b"), R"(429 [{"reason":"DisruptionBudget","message":"The disruption budget pdb needs )"
                            R"(1 healthy pods and has 0 currently"}])");
}

TEST_F(Disruption, OrAlwaysWhenTheBudgetSaysSo) {
    make_running("a", false);
    make_running("b", true);
    make_budget("pdb", R"({"observedGeneration":1,"desiredHealthy":1})",
                R"(,"unhealthyPodEvictionPolicy":"AlwaysAllow")");
    EXPECT_EQ(outcome("a"), "201");
    EXPECT_EQ(outcome("b").substr(0, 3), "429");
}

TEST_F(Disruption, PodsThatDoNothingYetOrAnyMoreMayGo) {
    make_running("a", false, "Pending");
    make_running("b", false, "Failed");
    make_budget("pdb", R"({"observedGeneration":1})");
    EXPECT_EQ(outcome("a"), "201");
    EXPECT_EQ(outcome("b"), "201");
}

TEST_F(Disruption, TwoBudgetsAreOneTooMany) {
    make_running("a", true);
    make_budget("one", allows_one);
    make_budget("two", allows_one);
    const auto refused = evict("a");
    EXPECT_EQ(refused->reply.status, 500);
    EXPECT_NE(refused->reply.body.find("This pod has more than one PodDisruptionBudget, which the eviction "
                                       "subresource does not support."),
              std::string::npos);
}

TEST_F(Disruption, AChangedSpecIsANewGeneration) {
    make_budget("pdb", allows_one);
    const HttpHeader merge{"Content-Type", "application/merge-patch+json"};
    const auto changed = json("PATCH", path(budgets, "pdb"),
                              R"({"spec":{"minAvailable":2},"status":{"currentHealthy":9}})", {merge});
    EXPECT_EQ(text(changed, "metadata.generation"), "2");
    EXPECT_EQ(text(changed, "status.currentHealthy"), "2") << "the status is somebody else's";
}

}  // namespace
}  // namespace hooklet::server
