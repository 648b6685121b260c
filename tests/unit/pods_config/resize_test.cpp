// SPDX-License-Identifier: Apache-2.0
#include "pods/resize.hpp"

#include "unit/pods_config/pod_of.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

api::PodSpec app_with(const std::string& requests, const std::string& more = "") {
    return test::pod_with(R"("resources": {"requests": )" + requests + "}" + more).spec;
}

api::ResourceList list_of(const std::string& cpu, const std::string& memory) {
    return {{"cpu", *api::Quantity::parse(cpu)}, {"memory", *api::Quantity::parse(memory)}};
}

TEST(Resize, IsJudgedByTheMachineAndTheOtherPods) {
    using Kind = ResizeVerdict::Kind;
    const ResizeRoom room{list_of("2", "1Gi"), list_of("1500m", "100Mi")};
    struct Row {
        const char* requests;
        ResizeVerdict expected;
    };
    for (const Row& row : {
             Row{R"({"cpu": "500m", "memory": "900Mi"})", {}},
             Row{R"({"cpu": "800m"})",
                 {Kind::deferred,
                  "Node didn't have enough resource: cpu, requested: 800, used: 1500, capacity: 2000"}},
             Row{R"({"cpu": "3"})",
                 {Kind::infeasible,
                  "Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000"}},
             Row{R"({"memory": "2Gi"})",
                 {Kind::infeasible,
                  "Node didn't have enough capacity: memory, requested: 2147483648, capacity: 1073741824"}},
             Row{R"({"memory": "1000Mi"})",
                 {Kind::deferred,
                  "Node didn't have enough resource: memory, requested: 1048576000, "
                  "used: 104857600, capacity: 1073741824"}},
         }) {
        EXPECT_EQ(judge_resize(app_with(row.requests), room), row.expected) << row.requests;
    }
    EXPECT_EQ(judge_resize(app_with(R"({"cpu": "3"})"), {}), ResizeVerdict{}) << "nobody knows the machine";
}

TEST(Resize, RestartsWhereThePolicySaysSo) {
    const std::string policy =
        R"(, "resizePolicy": [{"resourceName": "memory", "restartPolicy": "RestartContainer"},
                              {"resourceName": "cpu", "restartPolicy": "NotRequired"}])";
    const auto before = app_with(R"({"cpu": "1", "memory": "1Gi"})").containers.front().resources;
    const auto need = [&](const char* requests) {
        return resize_need(before, app_with(requests, policy).containers.front());
    };
    EXPECT_EQ(need(R"({"cpu": "1", "memory": "1Gi"})"), ResizeNeed::none);
    EXPECT_EQ(need(R"({"cpu": "2", "memory": "1Gi"})"), ResizeNeed::update);
    EXPECT_EQ(need(R"({"cpu": "1", "memory": "2Gi"})"), ResizeNeed::restart);
    EXPECT_EQ(need(R"({"cpu": "2", "memory": "2Gi"})"), ResizeNeed::restart);
    EXPECT_EQ(need(R"({"cpu": "1000m", "memory": "1024Mi"})"), ResizeNeed::none)
        << "the same amounts in other words";
}

TEST(Resize, TakesResourcesAndNothingElse) {
    api::PodSpec given = app_with(R"({"cpu": "1"})");
    api::PodSpec wanted = app_with(R"({"cpu": "2"})");
    wanted.containers.front().image = "other";
    wanted.containers.push_back(wanted.containers.front());
    wanted.containers.back().name = "new";
    EXPECT_FALSE(same_resources(given, wanted));
    take_resources(given, wanted);
    EXPECT_EQ(given, app_with(R"({"cpu": "2"})"));
    EXPECT_TRUE(same_resources(given, wanted));
}

TEST(Resize, WaitingOnesTakeTurns) {
    const api::PodSpec small = app_with(R"({"cpu": "1"})");
    const api::PodSpec large = app_with(R"({"cpu": "2"})");
    api::PodSpec important = large;
    important.priority = 1000;
    EXPECT_TRUE(has_turn_before({&large, &small}, {&small, &important})) << "asks for nothing more";
    EXPECT_TRUE(has_turn_before({&small, &important}, {&small, &large}));
    EXPECT_FALSE(has_turn_before({&small, &large}, {&small, &large}));
}

TEST(Resize, BetweenTwoSizesThePodHasTheLargerOne) {
    const CgroupLimits now{.cpu_shares = 512, .cpu_quota_us = 50'000, .memory_limit_bytes = 200};
    const CgroupLimits next{.cpu_shares = 256, .cpu_quota_us = 80'000, .memory_limit_bytes = -1};
    const CgroupLimits both{.cpu_shares = 512, .cpu_quota_us = 80'000, .memory_limit_bytes = -1};
    EXPECT_EQ(widest(now, next), both);
    EXPECT_EQ(widest({}, next), CgroupLimits{}) << "what was free is limited last";
}

TEST(Resize, IsToldInTheKubeletsWords) {
    const api::PodSpec spec = app_with(R"({"cpu": "1", "memory": "1Gi"})");
    EXPECT_EQ(resize_summary(spec, 3, ""),
              R"({"containers":[{"name":"app","resources":{"requests":{"cpu":"1","memory":"1Gi"}}}],)"
              R"("generation":3})");
    EXPECT_EQ(resize_summary({}, 3, "no room"), R"({"generation":3,"error":"no room"})");
}

}  // namespace
}  // namespace hooklet
