// SPDX-License-Identifier: Apache-2.0
#include "api/disruption.hpp"

#include "api/validation/disruption.hpp"
#include "support/from_json.hpp"

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

using namespace std::chrono_literals;

PodDisruptionBudget budget_of(const std::string& spec, const std::string& status = "{}") {
    return support::from_json<PodDisruptionBudget>(R"({"metadata":{"name":"b","namespace":"n"},"spec":)" +
                                                   spec + R"(,"status":)" + status + "}");
}

std::string problems_of(const std::string& spec) {
    return support::text_of(validate(budget_of(spec)));
}

TEST(DisruptionBudget, IsCheckedWithTheApisTexts) {
    EXPECT_EQ(problems_of(R"({"minAvailable":0,"selector":{"matchLabels":{"a":"b"}}})"), "");
    EXPECT_EQ(problems_of(R"({"maxUnavailable":"100%","unhealthyPodEvictionPolicy":"AlwaysAllow"})"), "");
    EXPECT_EQ(problems_of(R"({"minAvailable":-1})"),
              "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0\n");
    EXPECT_EQ(problems_of(R"({"minAvailable":"101%"})"),
              "spec.minAvailable: Invalid value: \"101%\": must not be greater than 100%\n");
    EXPECT_EQ(problems_of(R"({"maxUnavailable":"x"})"),
              "spec.maxUnavailable: Invalid value: \"x\": a valid percent string must be a numeric string "
              "followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')\n");
    EXPECT_EQ(problems_of(R"({"minAvailable":1,"maxUnavailable":"2%","selector":{}})"),
              R"(spec: Invalid value: {"MinAvailable":1,"Selector":{},"MaxUnavailable":"2%",)"
              R"("UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set)"
              "\n");
    EXPECT_EQ(problems_of(R"({"unhealthyPodEvictionPolicy":"Never"})"),
              R"(spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: )"
              R"("AlwaysAllow", "IfHealthyBudget")"
              "\n");
    EXPECT_EQ(support::text_of(validate_update("status", budget_of("{}", R"({"currentHealthy":-1})"), {})),
              "status.currentHealthy: Invalid value: -1: must be greater than or equal to 0\n");
}

TEST(DisruptionBudget, CoversThePodsThatItSelects) {
    Pod pod;
    pod.metadata.namespace_ = "n";
    pod.metadata.labels = {{"a", "b"}};
    EXPECT_TRUE(covers(budget_of(R"({"selector":{"matchLabels":{"a":"b"}}})"), pod));
    EXPECT_FALSE(covers(budget_of(R"({"selector":{"matchLabels":{"a":"c"}}})"), pod));
    EXPECT_TRUE(covers(budget_of(R"({"selector":{}})"), pod)) << "an empty selector is for all";
    EXPECT_FALSE(covers(budget_of("{}"), pod)) << "and none is for none";
    pod.metadata.namespace_ = "other";
    EXPECT_FALSE(covers(budget_of(R"({"selector":{}})"), pod));
}

TEST(DisruptionBudget, ItsConditionSaysSinceWhen) {
    PodDisruptionBudgetStatus status;
    status.observedGeneration = 2;
    set_disruption_condition(status, WallTime{1s});
    ASSERT_NE(disruption_condition(status), nullptr);
    EXPECT_EQ(disruption_condition(status)->reason, "InsufficientPods");
    EXPECT_EQ(disruption_condition(status)->observedGeneration, 2);
    set_sync_failed(status, "why", WallTime{2s});
    EXPECT_TRUE(has_failed_sync(status));
    EXPECT_EQ(disruption_condition(status)->message, "why");
    EXPECT_EQ(disruption_condition(status)->lastTransitionTime.wall(), WallTime{1s}) << "it was False before";
    status.disruptionsAllowed = 1;
    set_disruption_condition(status, WallTime{3s});
    EXPECT_EQ(disruption_condition(status)->status, "True");
    EXPECT_EQ(disruption_condition(status)->reason, "SufficientPods");
    EXPECT_EQ(disruption_condition(status)->lastTransitionTime.wall(), WallTime{3s});
    EXPECT_EQ(status.conditions.size(), 1U);
}

}  // namespace
}  // namespace hooklet::api
