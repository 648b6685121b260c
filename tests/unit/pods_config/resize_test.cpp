// SPDX-License-Identifier: Apache-2.0
#include "pods/resize.hpp"

#include "unit/pods_config/pod_of.hpp"

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

api::PodSpec app_with(const std::string& requests, const std::string& more = "") {
    return test::pod_with(R"("resources": {"requests": )" + requests + "}" + more).spec;
}

api::ResourceList list_of(const std::string& cpu, const std::string& memory) {
    return {{"cpu", *api::Quantity::parse(cpu)}, {"memory", *api::Quantity::parse(memory)}};
}

TEST(Resize, IsJudgedByTheMachineAndTheOtherPods) {
    using Kind = ResizeVerdict::Kind;
    const ResizeRoom room{list_of("2", "1Gi"), list_of("1500m", "100Mi"), false};
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
    const ResizeVerdict of_static = judge_resize(app_with(R"({"cpu": "1m"})"), {room.allocatable, {}, true});
    EXPECT_EQ(of_static.kind, Kind::infeasible);
    EXPECT_EQ(of_static.message, "In-place resize of static-pods is not supported");
}

TEST(Resize, RestartsWhereThePolicySaysSo) {
    const std::string policy =
        R"(, "resizePolicy": [{"resourceName": "memory", "restartPolicy": "RestartContainer"},
                              {"resourceName": "cpu", "restartPolicy": "NotRequired"}])";
    const api::PodSpec before = app_with(R"({"cpu": "1", "memory": "1Gi"})", policy);
    EXPECT_THAT(container_resizes(before, before), IsEmpty());
    EXPECT_THAT(container_resizes(before, app_with(R"({"cpu": "2", "memory": "1Gi"})", policy)),
                ElementsAre(ContainerResize{"app", false}));
    EXPECT_THAT(container_resizes(before, app_with(R"({"cpu": "1", "memory": "2Gi"})", policy)),
                ElementsAre(ContainerResize{"app", true}));
    EXPECT_THAT(container_resizes(before, app_with(R"({"cpu": "1000m", "memory": "1024Mi"})", policy)),
                IsEmpty())
        << "the same amounts in other words";
}

}  // namespace
}  // namespace hooklet
