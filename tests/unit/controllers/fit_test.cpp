// SPDX-License-Identifier: Apache-2.0
#include "controllers/fit.hpp"

#include "support/api_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;

api::Node json(std::string_view text) {
    return sim::ApiWorld::json(text);
}

api::Pod pod_of(std::string_view spec, std::string_view labels = "{}") {
    api::Node document = json(R"({"metadata":{"name":"p","namespace":"default"}})");
    document.find("metadata")->set("labels", json(labels));
    document.set("spec", json(spec));
    return read_as<api::Pod>(document);
}

/// A ready node with 2 CPUs, 1Gi and room for 3 Pods.
api::NodeObject ready_node() {
    return read_as<api::NodeObject>(json(R"({"metadata":{"name":"n","labels":{"kubernetes.io/hostname":"n"}},
        "status":{"allocatable":{"cpu":"2","memory":"1Gi","pods":"3"},
                  "conditions":[{"type":"Ready","status":"True"}]}})"));
}

struct FitTest : testing::Test {
    /// Why the Pod does not fit; empty: it does.
    std::vector<std::string> reasons(const api::Pod& pod) {
        const auto why = try_fit(pod);
        return why ? why->reasons : std::vector<std::string>{};
    }
    std::vector<std::string> reasons(std::string_view spec) { return reasons(pod_of(spec)); }
    std::optional<Misfit> try_fit(const api::Pod& pod) {
        load.node = std::make_shared<const api::NodeObject>(node);
        return misfit(pod, load, namespaces);
    }
    void add(api::Pod pod) { load.pods.push_back(std::make_shared<const api::Pod>(std::move(pod))); }

    static constexpr const char* cpu_1 =
        R"({"containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}]})";
    static constexpr const char* cpu_3 =
        R"({"containers":[{"name":"c","resources":{"requests":{"cpu":"3"}}}]})";

    api::NodeObject node = ready_node();
    NodeLoad load;
    NamespaceLabels namespaces{{"default", {{"team", "a"}}}};
};

TEST_F(FitTest, AnEmptyNodeTakesAPod) {
    EXPECT_THAT(reasons(cpu_1), ElementsAre());
}

TEST_F(FitTest, ACordonedNodeTakesOnlyWhatToleratesIt) {
    node.spec.unschedulable = true;
    EXPECT_THAT(reasons("{}"), ElementsAre("node(s) were unschedulable"));
    EXPECT_THAT(
        reasons(R"({"tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Exists"}]})"),
        ElementsAre());
}

TEST_F(FitTest, TaintsKeepPodsOut) {
    node.spec.taints.emplace_back();
    node.spec.taints[0].key = "for";
    node.spec.taints[0].value = "db";
    node.spec.taints[0].effect = "NoExecute";
    EXPECT_THAT(reasons("{}"), ElementsAre("node(s) had untolerated taint {for: db}"));
    EXPECT_THAT(reasons(R"({"tolerations":[{"key":"for","value":"db"}]})"), ElementsAre());
    node.spec.taints[0].effect = "PreferNoSchedule";
    EXPECT_THAT(reasons("{}"), ElementsAre());
}

TEST_F(FitTest, ConditionsOfTheNodeAreTaints) {
    const std::pair<const char*, const char*> vectors[] = {
        {R"([])", "node.kubernetes.io/not-ready"},
        {R"([{"type":"Ready","status":"False"}])", "node.kubernetes.io/not-ready"},
        {R"([{"type":"Ready","status":"Unknown"}])", "node.kubernetes.io/unreachable"},
        {R"([{"type":"Ready","status":"True"},{"type":"DiskPressure","status":"True"}])",
         "node.kubernetes.io/disk-pressure"},
        {R"([{"type":"Ready","status":"True"},{"type":"PIDPressure","status":"True"}])",
         "node.kubernetes.io/pid-pressure"},
    };
    for (const auto& [conditions, key] : vectors) {
        api::Node document = json("{}");
        document.set("conditions", json(conditions));
        node.status.conditions = read_as<api::NodeStatus>(document).conditions;
        EXPECT_THAT(reasons("{}"), ElementsAre(fmt::format("node(s) had untolerated taint {{{}: }}", key)));
    }
}

TEST_F(FitTest, TheSelectorNamesTheNode) {
    EXPECT_THAT(reasons(R"({"nodeSelector":{"kubernetes.io/hostname":"n"}})"), ElementsAre());
    EXPECT_THAT(reasons(R"({"nodeSelector":{"kubernetes.io/hostname":"m"}})"),
                ElementsAre("node(s) didn't match Pod's node affinity/selector"));
}

TEST_F(FitTest, HostPortsAreTakenOnce) {
    const api::Pod pod =
        pod_of(R"({"containers":[{"name":"c","ports":[{"containerPort":80,"hostPort":80}]}]})");
    add(pod);
    EXPECT_THAT(reasons(pod), ElementsAre("node(s) didn't have free ports for the requested pod ports"));
}

TEST_F(FitTest, ResourcesAreCountedWithOverhead) {
    add(pod_of(cpu_1));
    EXPECT_THAT(reasons(cpu_1), ElementsAre());
    EXPECT_THAT(reasons(R"({"overhead":{"cpu":"1m"},
                            "containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}]})"),
                ElementsAre("Insufficient cpu"));
    EXPECT_THAT(reasons(R"({"containers":[{"name":"c","resources":{"requests":{"cpu":"2","memory":"2Gi",
                            "example.com/gpu":"1"}}}]})"),
                ElementsAre("Insufficient cpu", "Insufficient example.com/gpu", "Insufficient memory"));
    add(pod_of("{}"));
    add(pod_of("{}"));
    EXPECT_THAT(reasons("{}"), ElementsAre("Too many pods"));
}

TEST_F(FitTest, AResizeCountsWithWhatIsHeldMeanwhile) {
    const auto resized = [](const char* wanted, const char* given, const char* condition) {
        api::Pod pod = pod_of(cpu_1);
        pod.spec.containers[0].resources.requests["cpu"] = *api::Quantity::parse(wanted);
        api::ContainerStatus& status = pod.status.containerStatuses.emplace_back();
        status.name = "c";
        status.allocatedResources["cpu"] = *api::Quantity::parse(given);
        pod.status.conditions.push_back({.type = "PodResizePending", .reason = condition});
        return pod;
    };
    const auto fits = [this](const api::Pod& other) {
        load.pods.clear();
        add(other);
        return reasons(cpu_1).empty();
    };
    EXPECT_TRUE(fits(resized("1", "1", "")));
    EXPECT_FALSE(fits(resized("1500m", "1", "Deferred")));
    EXPECT_TRUE(fits(resized("90", "1", "Infeasible")));
    EXPECT_FALSE(fits(resized("1", "1500m", ""))) << "it shrinks and still has it";
}

TEST_F(FitTest, SaysWhetherRoomWouldHelp) {
    const auto text = [this](std::string_view spec) {
        const api::Pod pod = pod_of(spec);
        return unschedulable_text(pod, {*try_fit(pod)});
    };
    add(pod_of(cpu_1));
    add(pod_of(cpu_1));
    EXPECT_EQ(
        text(cpu_1),
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes "
        "are available: 1 No preemption victims found for incoming pod.");
    EXPECT_EQ(
        text(cpu_3),
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes "
        "are available: 1 Preemption is not helpful for scheduling.");
    EXPECT_EQ(
        text(R"({"nodeSelector":{"a":"b"},"preemptionPolicy":"Never"})"),
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to "
        "deallocate, preemption: not eligible due to preemptionPolicy=Never.");
    EXPECT_EQ(unschedulable_text(pod_of("{}"), {}), "no nodes available to schedule pods");
}

TEST_F(FitTest, CountsTheReasonsOfMoreNodes) {
    const Misfit cpu{{"Insufficient cpu"}, true};
    const Misfit both{{"Insufficient cpu", "Too many pods"}, false};
    EXPECT_EQ(unschedulable_text(pod_of("{}"), {cpu, both}),
              "0/2 nodes are available: 1 Too many pods, 2 Insufficient cpu. no new claims to deallocate, "
              "preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 "
              "Preemption is not helpful for scheduling.");
}

std::string affinity(std::string_view kind, std::string_view term) {
    return fmt::format(R"({{"affinity":{{"{}":{{"requiredDuringSchedulingIgnoredDuringExecution":[{}]}}}}}})",
                       kind, term);
}

constexpr const char* to_app_a =
    R"({"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"a"}}})";

TEST_F(FitTest, APodMayWantToBeWithOthers) {
    const std::string wish = affinity("podAffinity", to_app_a);
    EXPECT_THAT(reasons(wish), ElementsAre("node(s) didn't match pod affinity rules"));
    EXPECT_THAT(reasons(pod_of(wish, R"({"app":"a"})")), ElementsAre()) << "the first of its own kind";
    add(pod_of("{}", R"({"app":"a"})"));
    EXPECT_THAT(reasons(wish), ElementsAre());
    node.metadata.labels.clear();
    EXPECT_THAT(reasons(wish), ElementsAre("node(s) didn't match pod affinity rules"));
}

TEST_F(FitTest, APodMayWantToBeApart) {
    const std::string wish = affinity("podAntiAffinity", to_app_a);
    EXPECT_THAT(reasons(wish), ElementsAre());
    add(pod_of("{}", R"({"app":"a"})"));
    EXPECT_THAT(reasons(wish), ElementsAre("node(s) didn't match pod anti-affinity rules"));
    load.pods.clear();
    add(pod_of(wish));
    EXPECT_THAT(reasons(pod_of("{}", R"({"app":"a"})")),
                ElementsAre("node(s) didn't satisfy existing pods anti-affinity rules"));
    EXPECT_THAT(reasons(pod_of("{}", R"({"app":"b"})")), ElementsAre());
}

TEST_F(FitTest, NeighboursOfOtherNamespacesCountWhenNamed) {
    api::Pod other = pod_of("{}", R"({"app":"a"})");
    other.metadata.namespace_ = "shop";
    add(other);
    namespaces["shop"] = {{"team", "b"}};
    const auto shuns = [this](std::string_view where) {
        std::string term = to_app_a;
        term.pop_back();
        return !reasons(affinity("podAntiAffinity", term + "," + std::string(where) + "}")).empty();
    };
    EXPECT_FALSE(shuns(R"("namespaces":[])"));
    EXPECT_TRUE(shuns(R"("namespaces":["shop"])"));
    EXPECT_TRUE(shuns(R"("namespaceSelector":{})"));
    EXPECT_TRUE(shuns(R"("namespaceSelector":{"matchLabels":{"team":"b"}})"));
    EXPECT_FALSE(shuns(R"("namespaceSelector":{"matchLabels":{"team":"c"}})"));
}

TEST_F(FitTest, SpreadNeedsTheLabelAndEnoughTopologies) {
    const auto spread = [](std::string_view key, std::string_view more) {
        return fmt::format(R"({{"topologySpreadConstraints":[{{"maxSkew":1,"topologyKey":"{}",
            "whenUnsatisfiable":"DoNotSchedule","labelSelector":{{"matchLabels":{{"app":"a"}}}}{}}}]}})",
                           key, more);
    };
    const api::Pod plain = pod_of(spread("kubernetes.io/hostname", ""), R"({"app":"a"})");
    const api::Pod wide = pod_of(spread("kubernetes.io/hostname", R"(,"minDomains":2)"), R"({"app":"a"})");
    EXPECT_THAT(reasons(spread("zone", "")),
                ElementsAre("node(s) didn't match pod topology spread constraints (missing required label)"));
    EXPECT_THAT(reasons(wide), ElementsAre());
    add(plain);
    EXPECT_THAT(reasons(plain), ElementsAre());
    EXPECT_THAT(reasons(wide), ElementsAre("node(s) didn't match pod topology spread constraints"));
}

}  // namespace
}  // namespace hooklet
