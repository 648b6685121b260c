// SPDX-License-Identifier: Apache-2.0
// What writers of an object and of its parts decide, for all kinds but Pods.
#include "kinds/kind.hpp"
#include "support/from_json.hpp"

#include <gtest/gtest.h>

namespace hooklet::kinds {
namespace {

template <class T>
T created(std::string_view group, std::string_view plural, std::string_view json) {
    const Kind* kind = kinds::find(group, "v1", plural);
    T object = support::from_json<T>(json);
    if (kind->set_defaults) kind->set_defaults(&object);
    if (kind->prepare_create) kind->prepare_create(&object);
    return object;
}

template <class T>
T updated(std::string_view plural, std::string_view part, std::string_view now, const T& before) {
    T object = support::from_json<T>(now);
    kinds::find("", "v1", plural)->prepare_update(part, &object, &before);
    return object;
}

TEST(Parts, OfANamespace) {
    const auto made = created<api::Namespace>("", "namespaces", R"({"metadata":{"name":"a"},
        "spec":{"finalizers":["x/y"]},"status":{"phase":"Terminating"}})");
    EXPECT_EQ(made.spec.finalizers, (std::vector<std::string>{"x/y", "kubernetes"}));
    EXPECT_EQ(made.status.phase, "Active");
    EXPECT_EQ(made.metadata.labels.at("kubernetes.io/metadata.name"), "a");
    EXPECT_TRUE(created<api::Namespace>("", "namespaces", R"({"metadata":{"generateName":"a-"}})")
                    .metadata.labels.empty());

    constexpr std::string_view other = R"({"spec":{},"status":{"phase":"Terminating"}})";
    const auto plain = updated("namespaces", "", other, made);
    EXPECT_EQ(plain.spec, made.spec);
    EXPECT_EQ(plain.status, made.status);
    const auto status = updated("namespaces", "status", other, made);
    EXPECT_EQ(status.spec, made.spec);
    EXPECT_EQ(status.status.phase, "Terminating");
    const auto finalized = updated("namespaces", "finalize", other, made);
    EXPECT_TRUE(finalized.spec.finalizers.empty());
    EXPECT_EQ(finalized.status, made.status);
}

TEST(Parts, OfANode) {
    const auto made = created<api::NodeObject>("", "nodes", R"({"status":{"capacity":{"cpu":"2"}}})");
    EXPECT_EQ(made.status.allocatable, made.status.capacity) << "its agent gives the status";
    constexpr std::string_view other = R"({"spec":{"unschedulable":true},"status":{"phase":"x"}})";
    EXPECT_EQ(updated("nodes", "", other, made).status, made.status);
    EXPECT_TRUE(updated("nodes", "", other, made).spec.unschedulable);
    EXPECT_EQ(updated("nodes", "status", other, made).spec, made.spec);
    EXPECT_EQ(updated("nodes", "status", other, made).status.phase, "x");
}

TEST(Parts, OfAService) {
    auto made = created<api::Service>("", "services", R"({
        "spec": {"type": "NodePort", "clusterIP": "10.0.0.1", "ports": [{"port": 80, "nodePort": 30001}]},
        "status": {"loadBalancer": {"ingress": [{"ip": "1.1.1.1"}]}}})");
    EXPECT_TRUE(made.status.loadBalancer.ingress.empty());
    auto now = updated("services", "", R"({"spec":{"type":"NodePort","ports":[
        {"port":80,"protocol":"TCP"},{"port":81,"protocol":"TCP"}]}})",
                       made);
    EXPECT_EQ(now.spec.clusterIP, "10.0.0.1");
    EXPECT_EQ(now.spec.clusterIPs, std::vector<std::string>{"10.0.0.1"});
    EXPECT_EQ(now.spec.ports[0].nodePort, 30001);
    EXPECT_EQ(now.spec.ports[1].nodePort, 0);
    now = updated("services", "", R"({"spec":{"type":"ExternalName","externalName":"a.b"}})", made);
    EXPECT_EQ(now.spec.clusterIP, "");
    now = updated("services", "status", R"({"spec":{"type":"ExternalName"}})", made);
    EXPECT_EQ(now.spec, made.spec);
}

/// The Service becomes `spec`, said by a client that has read it and leaves out nothing.
api::Service changed(const api::Service& before, void (*change)(api::ServiceSpec&)) {
    api::Service now = before;
    change(now.spec);
    kinds::find("", "v1", "services")->prepare_update("", &now, &before);
    return now;
}

TEST(Parts, AServiceHasOneFirstAddress) {
    const auto before = created<api::Service>("", "services", R"({"spec":{"clusterIP":"10.96.0.2"}})");
    const auto moved = changed(before, [](api::ServiceSpec& spec) { spec.clusterIP = "10.96.0.77"; });
    EXPECT_EQ(moved.spec.clusterIPs, std::vector<std::string>{"10.96.0.77"});
    const auto both = changed(before, [](api::ServiceSpec& spec) {
        spec.clusterIP = "10.96.0.77";
        spec.clusterIPs = {"10.96.0.78"};
    });
    EXPECT_EQ(both.spec.clusterIPs, std::vector<std::string>{"10.96.0.78"});
}

TEST(Parts, AServiceLosesWhatItsTypeDoesNotHave) {
    auto before = created<api::Service>("", "services", R"({"spec": {"type": "LoadBalancer",
        "clusterIP": "10.96.0.2", "externalTrafficPolicy": "Local", "healthCheckNodePort": 30002,
        "loadBalancerClass": "a/b", "ports": [{"port": 80, "nodePort": 30001}]}})");
    before.status.loadBalancer.ingress.emplace_back().ip = "1.1.1.1";
    const auto inside = changed(before, [](api::ServiceSpec& spec) { spec.type = "ClusterIP"; });
    EXPECT_EQ(inside.spec.clusterIP, "10.96.0.2");
    EXPECT_EQ(inside.spec.ports[0].nodePort, 0);
    EXPECT_EQ(inside.spec.healthCheckNodePort, 0);
    EXPECT_EQ(inside.spec.externalTrafficPolicy, "");
    EXPECT_FALSE(inside.spec.allocateLoadBalancerNodePorts);
    EXPECT_FALSE(inside.spec.loadBalancerClass);
    EXPECT_TRUE(inside.status.loadBalancer.ingress.empty());
    const auto name = changed(before, [](api::ServiceSpec& spec) { spec.type = "ExternalName"; });
    EXPECT_EQ(name.spec.clusterIP, "");
    EXPECT_TRUE(name.spec.clusterIPs.empty());
    EXPECT_TRUE(name.spec.ipFamilies.empty());
    EXPECT_FALSE(name.spec.ipFamilyPolicy);
}

TEST(Parts, AServiceKeepsWhatItsClientHasChanged) {
    const auto before = created<api::Service>("", "services", R"({"spec": {"type": "NodePort",
        "clusterIP": "10.96.0.2", "ports": [{"port": 80, "nodePort": 30001}]}})");
    const auto now = changed(before, [](api::ServiceSpec& spec) {
        spec.type = "ExternalName";
        spec.clusterIPs = {"10.96.0.3"};
        spec.ports[0].nodePort = 30005;
    });
    EXPECT_EQ(now.spec.clusterIPs, std::vector<std::string>{"10.96.0.3"});
    EXPECT_EQ(now.spec.ports[0].nodePort, 30005);
    const auto ports = changed(before, [](api::ServiceSpec& spec) { spec.type = "LoadBalancer"; });
    EXPECT_EQ(ports.spec.ports[0].nodePort, 30001);
}

TEST(Parts, OfAPriorityClass) {
    const auto made = created<api::PriorityClass>("scheduling.k8s.io", "priorityclasses", R"({"value":1})");
    EXPECT_EQ(made.metadata.generation, 1);
    EXPECT_EQ(made.preemptionPolicy, "PreemptLowerPriority");
}

}  // namespace
}  // namespace hooklet::kinds
