// SPDX-License-Identifier: Apache-2.0
#include "controllers/disruption_status.hpp"

#include "api/disruption.hpp"
#include "api/json.hpp"
#include "controllers/disruption_keeper.hpp"
#include "informer/document.hpp"
#include "support/api_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

constexpr WallTime start{1'000'000s};

api::PodDisruptionBudget budget_with(const std::string& bound, const std::string& status = "{}") {
    return read_as<api::PodDisruptionBudget>(
        api::parse_json(fmt::format(R"({{"metadata":{{"name":"b","namespace":"n","generation":3}},
        "spec":{{{}"selector":{{"matchLabels":{{"app":"s"}}}}}},"status":{}}})",
                                    bound, status))
            .value());
}

std::shared_ptr<api::Pod> counted_pod(const std::string& name, bool ready, bool controlled = false) {
    auto made = std::make_shared<api::Pod>();
    made->metadata.name = name;
    made->metadata.namespace_ = "n";
    made->metadata.labels = {{"app", "s"}};
    if (controlled) made->metadata.ownerReferences.push_back({"apps/v1", "ReplicaSet", "r", "u", true});
    made->status.conditions.emplace_back();
    made->status.conditions.back().type = "Ready";
    made->status.conditions.back().status = ready ? "True" : "False";
    return made;
}

/// `allowed 1, healthy 2 of 1, expected 3, SufficientPods`
std::string outcome(const api::PodDisruptionBudget& budget, const PodPointers& pods) {
    const auto status = disruption_status(budget, pods, start).status;
    const api::Condition* condition = api::disruption_condition(status);
    return fmt::format("allowed {}, healthy {} of {}, expected {}, {}", status.disruptionsAllowed,
                       status.currentHealthy, status.desiredHealthy, status.expectedPods,
                       condition == nullptr ? "-" : condition->reason);
}

TEST(DisruptionStatus, CountsThePodsThatAreReady) {
    const PodPointers pods{counted_pod("a", true), counted_pod("b", true), counted_pod("c", false)};
    EXPECT_EQ(outcome(budget_with(R"("minAvailable":1,)"), pods),
              "allowed 1, healthy 2 of 1, expected 3, SufficientPods");
    EXPECT_EQ(outcome(budget_with(R"("minAvailable":2,)"), pods),
              "allowed 0, healthy 2 of 2, expected 3, InsufficientPods");
    EXPECT_EQ(outcome(budget_with(R"("minAvailable":0,)"), {}),
              "allowed 0, healthy 0 of 0, expected 0, InsufficientPods");
    const auto status = disruption_status(budget_with(R"("minAvailable":1,)"), pods, start).status;
    EXPECT_EQ(status.observedGeneration, 3);
}

TEST(DisruptionStatus, LeavesOutThoseThatEndOrAreOthers) {
    auto ending = counted_pod("b", true);
    ending->metadata.deletionTimestamp.emplace();
    auto other = counted_pod("c", true);
    other->metadata.labels = {{"app", "other"}};
    EXPECT_EQ(outcome(budget_with(R"("minAvailable":1,)"), {counted_pod("a", true), ending, other}),
              "allowed 0, healthy 1 of 1, expected 2, InsufficientPods");
}

TEST(DisruptionStatus, PartsAreOfWhatControllersKeep) {
    const PodPointers alone{counted_pod("a", true), counted_pod("b", true)};
    for (const char* bound :
         {R"("minAvailable":"50%",)", R"("maxUnavailable":1,)", R"("maxUnavailable":"50%",)"}) {
        EXPECT_EQ(outcome(budget_with(bound), alone),
                  "allowed 0, healthy 2 of 0, expected 0, InsufficientPods")
            << bound;
        const auto failed = disruption_status(budget_with(bound, R"({"disruptionsAllowed":1})"),
                                              {counted_pod("a", true, true)}, start);
        EXPECT_TRUE(api::has_failed_sync(failed.status)) << bound;
        EXPECT_EQ(api::disruption_condition(failed.status)->message, "found no controllers for pod \"a\"");
        EXPECT_EQ(failed.status.disruptionsAllowed, 0);
        EXPECT_EQ(failed.status.observedGeneration, 0) << "this generation was not understood";
    }
    EXPECT_EQ(outcome(budget_with(R"("minAvailable":1,)"), {counted_pod("a", true, true)}),
              "allowed 0, healthy 1 of 1, expected 1, InsufficientPods");
}

TEST(DisruptionStatus, ADisruptedPodIsAwaitedForTwoMinutes) {
    const PodPointers pods{counted_pod("a", true), counted_pod("b", true)};
    const auto with = [](Duration ago) {
        return budget_with(R"("minAvailable":1,)",
                           fmt::format(R"({{"disruptedPods":{{"a":"{}","gone":"{}"}}}})",
                                       rfc3339(start - ago), rfc3339(start - ago)));
    };
    EXPECT_EQ(outcome(with(10s), pods), "allowed 0, healthy 1 of 1, expected 2, InsufficientPods");
    const DisruptionStatus awaited = disruption_status(with(10s), pods, start);
    EXPECT_EQ(awaited.status.disruptedPods.size(), 1U);
    EXPECT_EQ(awaited.again, start + 110s);
    EXPECT_EQ(outcome(with(121s), pods), "allowed 1, healthy 2 of 1, expected 2, SufficientPods");
    EXPECT_TRUE(disruption_status(with(121s), pods, start).status.disruptedPods.empty());
}

struct DisruptionKeeperTest : testing::Test, sim::ApiWorld {
    DisruptionKeeperTest() {
        add_namespace("n");
        keeper.on_error([](const Error& error) { ADD_FAILURE() << error.text(); });
        keeper.start();
    }
    ~DisruptionKeeperTest() override { loop.run(keeper.stop()); }
    void add_pod(const std::string& name) {
        add(core("pods", "n", name),
            R"({"metadata":{"labels":{"app":"s"}},"spec":{"containers":[{"name":"c"}]}})");
        change(core("pods", "n", name, "status"),
               R"({"status":{"conditions":[{"type":"Ready","status":"True"}]}})");
    }
    std::int32_t allowed() {
        loop.run_for(5s);
        return read_as<api::PodDisruptionBudget>(stored(budget)).status.disruptionsAllowed;
    }

    const ApiPath budget{"policy", "v1", "poddisruptionbudgets", "n", "b"};
    DisruptionKeeper keeper{&api, &loop.clock(), loop.executor()};
};

TEST_F(DisruptionKeeperTest, FollowsThePods) {
    add_pod("a");
    add(budget, R"({"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"s"}}}})");
    EXPECT_EQ(allowed(), 0);
    add_pod("b");
    EXPECT_EQ(allowed(), 1);
    const std::int64_t revision = api.objects().revision();
    EXPECT_EQ(allowed(), 1);
    EXPECT_EQ(api.objects().revision(), revision) << "nothing is written again and again";
    change(core("pods", "n", "b", "status"),
           R"({"status":{"conditions":[{"type":"Ready","status":"False"}]}})");
    EXPECT_EQ(allowed(), 0);
}

}  // namespace
}  // namespace hooklet
