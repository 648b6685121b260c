// SPDX-License-Identifier: Apache-2.0
#include "streams/proxy_name.hpp"

#include "support/from_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;

TEST(ProxyName, HasUpToThreeParts) {
    EXPECT_EQ(parse_proxy_name("web"), (ProxyName{"", "web", ""}));
    EXPECT_EQ(parse_proxy_name("web:80"), (ProxyName{"", "web", "80"}));
    EXPECT_EQ(parse_proxy_name("http:web:"), (ProxyName{"http", "web", ""}));
    EXPECT_EQ(parse_proxy_name("https:web:admin"), (ProxyName{"https", "web", "admin"}));
    for (const char* text : {"", ":80", "ftp:web:80", "http::80", "a:b:c:d"})
        EXPECT_EQ(parse_proxy_name(text), std::nullopt) << text;
}

api::Pod pod(const std::string& ip, const std::string& ready = "True") {
    return support::from_json<api::Pod>(R"({"spec": {"containers": [{"name": "side"},
        {"name": "web", "ports": [{"name": "main", "containerPort": 8080, "protocol": "TCP"}]}]},
        "status": {"podIP": ")" + ip + R"(", "conditions": [{"type": "Ready", "status": ")" +
                                        ready + R"("}]}})");
}

/// `ADDRESS:PORT`, or the refusal.
std::string at(const std::string& name, const api::Pod& pod) {
    const auto address = pod_address(pod, *parse_proxy_name(name));
    return address ? address->host + ":" + std::to_string(address->port) : address.error().message;
}

TEST(ProxyName, FindsAPod) {
    EXPECT_EQ(at("p", pod("10.0.0.1")), "10.0.0.1:8080");
    EXPECT_EQ(at("p:99", pod("10.0.0.1")), "10.0.0.1:99");
    EXPECT_EQ(at("p", support::from_json<api::Pod>(R"({"status": {"podIP": "10.0.0.2"}})")), "10.0.0.2:80");
    EXPECT_EQ(at("p", pod("")), "address not allowed");
    EXPECT_EQ(at("p:main", pod("10.0.0.1")), R"(invalid pod request "p:main")");
    EXPECT_EQ(at("p:70000", pod("10.0.0.1")), R"(invalid pod request "p:70000")");
}

TEST(ProxyName, FindsThePodsOfAService) {
    const auto service = support::from_json<api::Service>(R"({"metadata": {"name": "s"}, "spec": {"ports": [
        {"name": "http", "port": 80, "targetPort": "main", "protocol": "TCP"},
        {"name": "debug", "port": 81, "targetPort": 9000}, {"name": "same", "port": 82}]}})");
    const std::vector<api::Pod> pods{pod("10.0.0.1"), pod("10.0.0.2", "False"), pod(""), pod("10.0.0.4")};
    const auto found = [&](const char* name) {
        return service_addresses(service, pods, *parse_proxy_name(name));
    };
    EXPECT_THAT(*found("s:http"),
                ElementsAre(ProxyAddress{"10.0.0.1", 8080}, ProxyAddress{"10.0.0.4", 8080}));
    EXPECT_EQ(found("s:80"), found("s:http"));
    EXPECT_EQ(found("s:81")->front().port, 9000);
    EXPECT_EQ(found("http:s:same")->front().port, 82);
    EXPECT_EQ(found("s:8080").error().message, R"(no service port 8080 found for service "s")");
    EXPECT_EQ(found("s").error().message, R"(no endpoints available for service "s")");
    const auto nobody = service_addresses(service, {}, *parse_proxy_name("s:80"));
    EXPECT_EQ(nobody.error().code, 503);
    EXPECT_EQ(nobody.error().message, R"(no endpoints available for service "s")");
}

}  // namespace
}  // namespace hooklet
