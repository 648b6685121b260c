// SPDX-License-Identifier: Apache-2.0
#include "pods/service_environment.hpp"

#include "pods/environment.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <string>

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> lines(const std::vector<cri::KeyValue>& env) {
    std::vector<std::string> out;
    for (const cri::KeyValue& variable : env) out.push_back(variable.key + "=" + variable.value);
    return out;
}

const ServiceAddress api{"default", "kubernetes", "10.96.0.1", {{"https", "TCP", 443}}};
const ServiceAddress shop{"web", "my-shop", "10.96.0.7", {{"", "TCP", 80}, {"stats-udp", "UDP", 8125}}};

TEST(ServiceEnvironment, TellsOfTheApiAlways) {
    const auto env = lines(service_environment({api, shop}, "web", false));
    EXPECT_THAT(
        env, ElementsAre("KUBERNETES_SERVICE_HOST=10.96.0.1", "KUBERNETES_SERVICE_PORT=443",
                         "KUBERNETES_SERVICE_PORT_HTTPS=443", "KUBERNETES_PORT=tcp://10.96.0.1:443",
                         "KUBERNETES_PORT_443_TCP=tcp://10.96.0.1:443", "KUBERNETES_PORT_443_TCP_PROTO=tcp",
                         "KUBERNETES_PORT_443_TCP_PORT=443", "KUBERNETES_PORT_443_TCP_ADDR=10.96.0.1"));
}

TEST(ServiceEnvironment, TellsOfTheOwnNamespaceWithLinks) {
    const auto env = lines(service_environment({api, shop}, "web", true));
    for (const char* line :
         {"MY_SHOP_SERVICE_HOST=10.96.0.7", "MY_SHOP_SERVICE_PORT=80", "MY_SHOP_SERVICE_PORT_STATS_UDP=8125",
          "MY_SHOP_PORT=tcp://10.96.0.7:80", "MY_SHOP_PORT_80_TCP_PORT=80",
          "MY_SHOP_PORT_8125_UDP=udp://10.96.0.7:8125", "MY_SHOP_PORT_8125_UDP_PROTO=udp"}) {
        EXPECT_THAT(env, Contains(line));
    }
    EXPECT_THAT(lines(service_environment({shop}, "other", true)), IsEmpty());
}

TEST(ServiceEnvironment, LeavesOutServicesWithoutAnAddress) {
    ServiceAddress headless = shop;
    headless.cluster_ip = "None";
    ServiceAddress pending = shop;
    pending.cluster_ip = "";
    EXPECT_THAT(service_environment({headless, pending}, "web", true), IsEmpty());
}

TEST(ServiceEnvironment, PrefersTheOwnNamespace) {
    const ServiceAddress own{"web", "kubernetes", "10.96.0.9", {}};
    for (const auto& services : {std::vector{own, api}, std::vector{api, own}}) {
        EXPECT_THAT(lines(service_environment(services, "web", true)),
                    ElementsAre("KUBERNETES_SERVICE_HOST=10.96.0.9"));
    }
}

TEST(ServiceEnvironment, WritesSixthVersionAddressesAsUrlsDo) {
    const ServiceAddress six{"web", "a", "fd00::1", {{"", "TCP", 80}}};
    EXPECT_THAT(lines(service_environment({six}, "web", true)), Contains("A_PORT=tcp://[fd00::1]:80"));
}

TEST(ServiceEnvironment, IsReplacedAndReferredToByDeclarations) {
    const api::Pod pod = test::pod_with(
        R"x("env": [{"name": "URL", "value": "http://$(MY_SHOP_SERVICE_HOST)"},
                    {"name": "MY_SHOP_PORT", "value": "1"}])x");
    const FieldFacts facts{};
    const ObjectSnapshot objects;
    const auto env = make_environment(
        {pod, pod.spec.containers.front(), facts, objects, service_environment({shop}, "web", true)});
    ASSERT_TRUE(env);
    EXPECT_THAT(lines(*env), Contains("URL=http://10.96.0.7"));
    EXPECT_THAT(lines(*env), Contains("MY_SHOP_PORT=1"));
    EXPECT_THAT(lines(*env), Not(Contains("MY_SHOP_PORT=tcp://10.96.0.7:80")));
}

}  // namespace
}  // namespace hooklet
