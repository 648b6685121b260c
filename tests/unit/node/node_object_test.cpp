// SPDX-License-Identifier: Apache-2.0
#include "node/node_object.hpp"

#include "api/json.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

const WallTime new_year{std::chrono::sys_days{std::chrono::January / 1 / 2026}};

NodeSheet sheet() {
    NodeSheet sheet;
    sheet.name = "node1";
    sheet.internal_ip = "192.168.1.5";
    sheet.capacity = {{"cpu", api::Quantity::of_units(4)},
                      {"memory", api::Quantity::of_units(4LL << 30, api::Quantity::Format::binary_si)},
                      {"ephemeral-storage", api::Quantity::of_units(1000)},
                      {"pods", api::Quantity::of_units(110)}};
    sheet.allocatable = allocatable_of(sheet.capacity);
    sheet.kubelet_version = "v1.34.0+hooklet";
    return sheet;
}

std::string json(const api::Node& node) {
    return api::write_json(node);
}

api::Node with_status(api::Node status) {
    api::Node node = node_object(sheet());
    node.set("status", std::move(status));
    return node;
}

/// `type=status reason` of each condition.
std::vector<std::string> conditions_of(const api::Node& status) {
    std::vector<std::string> out;
    for (const api::Node& condition : *status.find("conditions")->as_array()) {
        const auto text = [&condition](const char* key) { return *condition.find(key)->as_string(); };
        out.push_back(text("type") + "=" + text("status") + " " + text("reason"));
    }
    return out;
}

TEST(NodeObject, HasTheLabelsThatSchedulingAsksFor) {
    EXPECT_THAT(
        node_labels(sheet()),
        UnorderedElementsAre(Pair("kubernetes.io/hostname", "node1"), Pair("kubernetes.io/os", "linux"),
                             Pair("kubernetes.io/arch", "amd64"), Pair("beta.kubernetes.io/os", "linux"),
                             Pair("beta.kubernetes.io/arch", "amd64")));
}

TEST(NodeObject, KeepsWhatEvictionNeedsFree) {
    const api::ResourceList left = sheet().allocatable;
    EXPECT_EQ(left.at("memory").text(), "3996Mi");
    EXPECT_EQ(left.at("ephemeral-storage").text(), "900");
    EXPECT_EQ(left.at("cpu").text(), "4");
    EXPECT_EQ(left.at("pods").text(), "110");
}

TEST(NodeObject, SaysThatItIsReady) {
    const api::Node status = node_status(sheet(), {}, node_object(sheet()), new_year);
    EXPECT_THAT(conditions_of(status),
                ElementsAre("MemoryPressure=False KubeletHasSufficientMemory",
                            "DiskPressure=False KubeletHasNoDiskPressure",
                            "PIDPressure=False KubeletHasSufficientPID", "Ready=True KubeletReady"));
    EXPECT_THAT(json(status), HasSubstr(R"("addresses":[{"type":"InternalIP","address":"192.168.1.5"},)"
                                        R"({"type":"Hostname","address":"node1"}])"));
    EXPECT_THAT(json(status), HasSubstr(R"("kubeletVersion":"v1.34.0+hooklet")"));
}

TEST(NodeObject, SaysWhyItIsNotReady) {
    const NodeHealth health{{"DiskPressure"}, {"container runtime is down", "node is shutting down"}};
    const api::Node status = node_status(sheet(), health, node_object(sheet()), new_year);
    EXPECT_THAT(conditions_of(status),
                ElementsAre("MemoryPressure=False KubeletHasSufficientMemory",
                            "DiskPressure=True KubeletHasDiskPressure",
                            "PIDPressure=False KubeletHasSufficientPID", "Ready=False KubeletNotReady"));
    EXPECT_THAT(json(status), HasSubstr("container runtime is down, node is shutting down"));
}

TEST(NodeObject, KeepsTransitionTimesAndForeignConditions) {
    api::Node first = node_status(sheet(), {}, node_object(sheet()), new_year);
    api::Node foreign;
    foreign.set("type", api::Node("NetworkUnavailable"));
    foreign.set("status", api::Node("False"));
    foreign.set("reason", api::Node("RouteCreated"));
    first.find("conditions")->push(std::move(foreign));
    const api::Node later = node_status(sheet(), {}, with_status(first), new_year + 10s);
    EXPECT_TRUE(is_same_node_status(first, later)) << "only heartbeats differ";
    EXPECT_FALSE(api::same_value(first, later));
    const api::Node sick =
        node_status(sheet(), {{}, {"container runtime is down"}}, with_status(later), new_year + 20s);
    EXPECT_FALSE(is_same_node_status(later, sick));
    EXPECT_THAT(json(sick),
                HasSubstr(R"("lastTransitionTime":"2026-01-01T00:00:20Z","reason":"KubeletNotReady")"));
    EXPECT_THAT(
        json(sick),
        HasSubstr(R"("lastTransitionTime":"2026-01-01T00:00:00Z","reason":"KubeletHasNoDiskPressure")"));
}

TEST(NodeObject, KeepsExtendedResourcesOfOthers) {
    api::Node stored = node_object(sheet());
    stored.set("status", api::parse_json(R"({"capacity": {"cpu": "1", "gone": "1", "hugepages-2Mi": "4Mi",
        "kubernetes.io/batch-cpu": "2", "example.com/dongle": "4"}, "allocatable": {"example.com/old": "1"}})")
                             .value());
    const api::Node status = node_status(sheet(), {}, stored, new_year);
    EXPECT_EQ(json(*status.find("capacity")),
              R"({"cpu":"4","ephemeral-storage":"1k","memory":"4Gi","pods":"110","example.com/dongle":"4"})");
    EXPECT_EQ(
        json(*status.find("allocatable")),
        R"({"cpu":"4","ephemeral-storage":"900","memory":"3996Mi","pods":"110","example.com/dongle":"4"})")
        << "what the capacity has, and no more";
}

TEST(NodeObject, TellsOfChanges) {
    const auto reasons = [](const std::vector<event::Text>& texts) {
        std::vector<std::string> out;
        for (const event::Text& text : texts) out.push_back(text.reason + ": " + text.message);
        return out;
    };
    EXPECT_THAT(reasons(node_changes("n", std::nullopt, {})),
                ElementsAre("Starting: Starting kubelet.",
                            "NodeHasSufficientMemory: Node n status is now: NodeHasSufficientMemory",
                            "NodeHasNoDiskPressure: Node n status is now: NodeHasNoDiskPressure",
                            "NodeHasSufficientPID: Node n status is now: NodeHasSufficientPID",
                            "NodeReady: Node n status is now: NodeReady"));
    EXPECT_THAT(node_changes("n", NodeHealth{}, {}), IsEmpty());
    EXPECT_THAT(reasons(node_changes("n", NodeHealth{}, {{"PIDPressure"}, {"down"}})),
                ElementsAre("NodeHasInsufficientPID: Node n status is now: NodeHasInsufficientPID",
                            "NodeNotReady: Node n status is now: NodeNotReady"));
}

TEST(NodeObject, HasALease) {
    EXPECT_EQ(json(node_lease("node1", "n-uid", new_year + 1500us)),
              R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"node1",)"
              R"("namespace":"kube-node-lease","ownerReferences":[{"apiVersion":"v1","kind":"Node",)"
              R"("name":"node1","uid":"n-uid"}]},"spec":{"holderIdentity":"node1","leaseDurationSeconds":40,)"
              R"("renewTime":"2026-01-01T00:00:00.001500Z"}})");
}

TEST(NodeImages, AreTheFiftyLargest) {
    std::vector<cri::Image> all;
    for (std::uint64_t i = 1; i <= 60; ++i) all.push_back({.id = "x", .repo_tags = {"a"}, .size_bytes = i});
    all[59].repo_digests = {"d1", "d2", "d3", "d4"};
    all[59].repo_tags = {"t1", "t2"};
    const std::vector<NodeImage> images = node_images(all);
    ASSERT_EQ(images.size(), 50U);
    EXPECT_EQ(images.front(), (NodeImage{{"d1", "d2", "d3", "d4", "t1"}, 60}));
    EXPECT_EQ(images.back(), (NodeImage{{"a"}, 11}));
}

}  // namespace
}  // namespace hooklet
