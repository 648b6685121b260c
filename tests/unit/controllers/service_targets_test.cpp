// SPDX-License-Identifier: Apache-2.0
#include "controllers/service_targets.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "informer/document.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr const char* http = R"({"name":"http","protocol":"TCP","port":80,"targetPort":"web"})";
constexpr const char* fixed = R"({"name":"fixed","protocol":"TCP","port":81,"targetPort":8081})";

api::Service service_with(const std::string& spec) {
    return read_as<api::Service>(
        api::parse_json(fmt::format(R"({{"metadata":{{"name":"s","namespace":"n","uid":"su",
        "labels":{{"team":"a"}}}},"spec":{{"type":"ClusterIP","selector":{{"app":"s"}},{}}}}})",
                                    spec))
            .value());
}
api::Service service_of_ports(const std::string& ports, const std::string& more = "") {
    return service_with(fmt::format(R"("clusterIP":"10.96.0.9","ports":[{}]{})", ports, more));
}

/// A ready Pod whose container calls 8080 `web`.
std::shared_ptr<api::Pod> pod(const std::string& name, const std::string& ip) {
    auto made = std::make_shared<api::Pod>();
    made->metadata.name = name;
    made->metadata.namespace_ = "n";
    made->metadata.uid = "u-" + name;
    made->metadata.labels = {{"app", "s"}, {"x", "y"}};
    made->spec.nodeName = "box";
    api::ContainerPort& port = made->spec.containers.emplace_back().ports.emplace_back();
    port.name = "web";
    port.containerPort = 8080;
    port.protocol = "TCP";
    made->status.phase = "Running";
    made->status.podIP = ip;
    if (!ip.empty()) made->status.podIPs = {{ip}};
    made->status.conditions.emplace_back();
    made->status.conditions.back().type = "Ready";
    made->status.conditions.back().status = "True";
    return made;
}
std::shared_ptr<api::Pod> unready(std::shared_ptr<api::Pod> made) {
    made->status.conditions.back().status = "False";
    return made;
}
std::shared_ptr<api::Pod> ending(std::shared_ptr<api::Pod> made) {
    made->metadata.deletionTimestamp.emplace();
    return made;
}

/// `192.0.2.1 !192.0.2.2 -> http:8080/TCP`, one for each subset; `!` is not ready.
std::vector<std::string> subsets(const api::Service& service, const PodPointers& pods) {
    std::vector<std::string> texts;
    for (const api::EndpointSubset& subset : endpoints_of(service, pods).subsets) {
        std::string& text = texts.emplace_back();
        for (const api::EndpointAddress& address : subset.addresses) text += address.ip + " ";
        for (const api::EndpointAddress& address : subset.notReadyAddresses) text += "!" + address.ip + " ";
        text += "->";
        for (const api::EndpointPort& port : subset.ports)
            text += fmt::format(" {}:{}/{}", port.name, port.port, port.protocol);
    }
    return texts;
}

/// `IPv4 http:8080 -> 192.0.2.1 rst`, one for each slice, with the conditions that hold.
std::vector<std::string> slices(const api::Service& service, const PodPointers& pods) {
    std::vector<std::string> texts;
    for (const api::EndpointSlice& slice : slices_of(service, pods)) {
        std::string& text = texts.emplace_back(slice.addressType);
        for (const api::SlicePort& port : slice.ports) text += fmt::format(" {}:{}", *port.name, *port.port);
        text += " ->";
        for (const api::SliceEndpoint& endpoint : slice.endpoints)
            text += fmt::format(
                " {} {}{}{}", endpoint.addresses.front(), *endpoint.conditions.ready ? "r" : "",
                *endpoint.conditions.serving ? "s" : "", *endpoint.conditions.terminating ? "t" : "");
    }
    return texts;
}

TEST(ServiceTargets, OnlyServicesWithASelectorHaveThem) {
    EXPECT_TRUE(has_targets(service_of_ports(http)));
    api::Service service = service_of_ports(http);
    service.spec.selector.clear();
    EXPECT_FALSE(has_targets(service));
    EXPECT_FALSE(has_targets(service_with(R"("type":"ExternalName","externalName":"x")")));
}

TEST(ServiceTargets, ReadyPodsApartFromTheOthers) {
    const auto service = service_of_ports(http);
    EXPECT_THAT(subsets(service, {}), IsEmpty());
    EXPECT_THAT(
        subsets(service, {pod("b", "192.0.2.2"), unready(pod("c", "192.0.2.3")), pod("a", "192.0.2.1")}),
        ElementsAre("192.0.2.1 192.0.2.2 !192.0.2.3 -> http:8080/TCP"));
    EXPECT_THAT(slices(service, {pod("b", "192.0.2.2"), unready(pod("a", "192.0.2.1"))}),
                ElementsAre("IPv4 http:8080 -> 192.0.2.1  192.0.2.2 rs"));
}

TEST(ServiceTargets, PodsThatDoNotBelong) {
    const auto service = service_of_ports(http);
    auto other = pod("a", "192.0.2.1");
    other->metadata.labels["app"] = "t";
    auto elsewhere = pod("b", "192.0.2.2");
    elsewhere->metadata.namespace_ = "m";
    auto ended = pod("c", "192.0.2.3");
    ended->status.phase = "Succeeded";
    auto failed = pod("d", "192.0.2.4");
    failed->status.phase = "Failed";
    const PodPointers pods{other, elsewhere, ended, failed, pod("e", ""), pod("f", "2001:db8::1")};
    EXPECT_THAT(subsets(service, pods), IsEmpty());
    EXPECT_THAT(slices(service, pods), ElementsAre("IPv4 ->"));
}

TEST(ServiceTargets, PodsThatEndAreInSlicesOnly) {
    const PodPointers pods{ending(pod("a", "192.0.2.1")), ending(unready(pod("b", "192.0.2.2")))};
    EXPECT_THAT(subsets(service_of_ports(http), pods), IsEmpty());
    EXPECT_THAT(slices(service_of_ports(http), pods),
                ElementsAre("IPv4 http:8080 -> 192.0.2.1 st 192.0.2.2 t"));
    const auto all = service_of_ports(http, R"(,"publishNotReadyAddresses":true)");
    EXPECT_THAT(subsets(all, pods), ElementsAre("192.0.2.1 192.0.2.2 -> http:8080/TCP"));
    EXPECT_THAT(slices(all, pods), ElementsAre("IPv4 http:8080 -> 192.0.2.1 rst 192.0.2.2 rt"));
    EXPECT_THAT(subsets(all, {unready(pod("c", "192.0.2.3"))}), ElementsAre("192.0.2.3 -> http:8080/TCP"));
}

TEST(ServiceTargets, PortsByNumberAndByName) {
    const std::string both = std::string(http) + "," + fixed;
    EXPECT_THAT(subsets(service_of_ports(both), {pod("a", "192.0.2.1")}),
                ElementsAre("192.0.2.1 -> http:8080/TCP fixed:8081/TCP"));
    auto nameless = pod("b", "192.0.2.2");
    nameless->spec.containers.front().ports.clear();
    EXPECT_THAT(subsets(service_of_ports(both), {pod("a", "192.0.2.1"), nameless}),
                ElementsAre("192.0.2.1 -> http:8080/TCP", "192.0.2.1 192.0.2.2 -> fixed:8081/TCP"));
    auto otherwise = pod("c", "192.0.2.3");
    otherwise->spec.containers.front().ports.front().containerPort = 9090;
    EXPECT_THAT(subsets(service_of_ports(http), {pod("a", "192.0.2.1"), otherwise}),
                ElementsAre("192.0.2.1 -> http:8080/TCP", "192.0.2.3 -> http:9090/TCP"));
    EXPECT_THAT(slices(service_of_ports(http), {pod("a", "192.0.2.1"), otherwise}),
                ElementsAre("IPv4 http:8080 -> 192.0.2.1 rs", "IPv4 http:9090 -> 192.0.2.3 rs"));
    auto udp = pod("d", "192.0.2.4");
    udp->spec.containers.front().ports.front().protocol = "UDP";
    EXPECT_THAT(subsets(service_of_ports(http), {udp}), IsEmpty()) << "the name of another protocol's port";
}

TEST(ServiceTargets, SidecarsHavePortsOtherInitContainersHaveNot) {
    auto made = pod("a", "192.0.2.1");
    made->spec.initContainers.push_back(made->spec.containers.front());
    made->spec.containers.front().ports.clear();
    EXPECT_THAT(subsets(service_of_ports(http), {made}), IsEmpty());
    made->spec.initContainers.front().restartPolicy = "Always";
    EXPECT_THAT(subsets(service_of_ports(http), {made}), ElementsAre("192.0.2.1 -> http:8080/TCP"));
}

TEST(ServiceTargets, AHeadlessServiceNeedsNoPorts) {
    const auto headless = service_with(R"("clusterIP":"None","ipFamilies":["IPv4"])");
    EXPECT_THAT(subsets(headless, {pod("a", "192.0.2.1"), unready(pod("b", "192.0.2.2"))}),
                ElementsAre("192.0.2.1 !192.0.2.2 ->"));
    EXPECT_THAT(slices(headless, {pod("a", "192.0.2.1")}), ElementsAre("IPv4 -> 192.0.2.1 rs"));
    EXPECT_THAT(subsets(headless, {}), IsEmpty());
    EXPECT_THAT(endpoints_of(headless, {}).metadata.labels,
                UnorderedElementsAre(Pair("team", "a"), Pair(endpoints_managed_by, endpoints_manager),
                                     Pair("service.kubernetes.io/headless", "")));
    EXPECT_THAT(subsets(service_of_ports(""), {pod("a", "192.0.2.1")}), IsEmpty());
}

TEST(ServiceTargets, PodsOfTheNodesNetworkShareItsAddress) {
    const PodPointers pods{pod("b", "192.0.2.1"), pod("a", "192.0.2.1")};
    const auto endpoints = endpoints_of(service_of_ports(http), pods);
    ASSERT_THAT(endpoints.subsets, SizeIs(1));
    ASSERT_THAT(endpoints.subsets.front().addresses, SizeIs(2));
    EXPECT_EQ(endpoints.subsets.front().addresses.front().targetRef->name, "a");
}

TEST(ServiceTargets, AddressesSayWhoseTheyAre) {
    auto named = pod("a", "192.0.2.1");
    named->spec.hostname = "first";
    named->spec.subdomain = "s";
    const auto address = endpoints_of(service_of_ports(http), {named}).subsets.at(0).addresses.at(0);
    EXPECT_EQ(address.hostname, "first");
    EXPECT_EQ(address.nodeName, "box");
    EXPECT_EQ(api::write_json(api::encode(*address.targetRef)),
              R"({"kind":"Pod","namespace":"n","name":"a","uid":"u-a"})");
    named->spec.subdomain = "t";
    EXPECT_EQ(endpoints_of(service_of_ports(http), {named}).subsets.at(0).addresses.at(0).hostname, "");
}

TEST(ServiceTargets, EachFamilyHasItsSlices) {
    auto both = pod("a", "192.0.2.1");
    both->status.podIPs.push_back({"2001:db8::1"});
    const auto service = service_of_ports(http, R"(,"ipFamilies":["IPv6","IPv4"])");
    EXPECT_THAT(subsets(service, {both}), ElementsAre("2001:db8::1 -> http:8080/TCP"));
    EXPECT_THAT(slices(service, {both}),
                ElementsAre("IPv6 http:8080 -> 2001:db8::1 rs", "IPv4 http:8080 -> 192.0.2.1 rs"));
}

TEST(ServiceTargets, SlicesAreSmallAndKeepTheirNames) {
    PodPointers pods;
    for (int i = 0; i < 101; ++i) pods.push_back(pod(fmt::format("p{}", i), fmt::format("192.0.2.{}", i)));
    const auto service = service_of_ports(http);
    const auto many = slices_of(service, pods);
    ASSERT_THAT(many, SizeIs(2));
    EXPECT_THAT(many[0].endpoints, SizeIs(100));
    EXPECT_THAT(many[1].endpoints, SizeIs(1));
    EXPECT_THAT(many[0].metadata.name, StartsWith("s-"));
    EXPECT_NE(many[0].metadata.name, many[1].metadata.name);
    EXPECT_EQ(slices_of(service, {pods.back()}).front().metadata.name, many[0].metadata.name);
    EXPECT_EQ(many[0].metadata.labels.at(slice_service_label), "s");
    EXPECT_EQ(api::write_json(api::encode(many[0].metadata.ownerReferences.front())),
              R"({"apiVersion":"v1","kind":"Service","name":"s","uid":"su","controller":true,)"
              R"("blockOwnerDeletion":true})");
}

}  // namespace
}  // namespace hooklet
