// SPDX-License-Identifier: Apache-2.0
// What becomes of a Service's address when it is changed.
#include "server/cluster_admission.hpp"
#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

constexpr std::string_view services_path = "/api/v1/namespaces/default/services";

struct ServiceAddress : ServerTest {
    ServiceAddress() {
        services.admission = &cluster;
        verdict("POST", "/api/v1/namespaces", R"({"metadata":{"name":"default"}})");
    }
    std::string make(std::string_view spec) {
        return verdict("POST", std::string(services_path),
                       fmt::format(R"({{"metadata":{{"name":"s"}},"spec":{}}})", spec));
    }
    std::string patch(std::string_view spec) {
        return verdict("PATCH", path(services_path, "s"), fmt::format(R"({{"spec":{}}})", spec),
                       {{"Content-Type", "application/merge-patch+json"}});
    }
    /// The single address and the list.
    std::string addresses() {
        const api::Node service = json("GET", path(services_path, "s"));
        return text(service, "spec.clusterIP") + " " + text(service, "spec.clusterIPs");
    }

    LocalApi local{services};
    admission::Admission rules{&local, &loop.clock(), &random};
    ClusterAdmission cluster{&rules, nullptr, &loop.clock()};
};

TEST_F(ServiceAddress, IsImmutable) {
    ASSERT_EQ(make(R"({"ports":[{"port":80}]})"), "201");
    EXPECT_EQ(
        patch(R"({"clusterIP":"10.96.0.77"})"),
        "422 Invalid: Service \"s\" is invalid: spec.clusterIPs[0]: Invalid value: [\"10.96.0.77\"]: may "
        "not change once set");
    EXPECT_EQ(patch(R"({"clusterIP":null,"clusterIPs":null,"ports":[{"port":81}]})"), "200");
    EXPECT_EQ(addresses(), R"(10.96.0.2 ["10.96.0.2"])");
}

TEST_F(ServiceAddress, ComesAndGoesWithTheType) {
    ASSERT_EQ(make(R"({"type":"ExternalName","externalName":"a.b"})"), "201");
    EXPECT_EQ(patch(R"({"type":"ClusterIP","externalName":null,"ports":[{"port":80}]})"), "200");
    EXPECT_EQ(addresses(), R"(10.96.0.2 ["10.96.0.2"])");
    EXPECT_EQ(patch(R"({"type":"ExternalName","externalName":"a.b"})"), "200");
    EXPECT_EQ(addresses(), "- -");
    EXPECT_EQ(patch(R"({"type":"ClusterIP","clusterIP":"10.97.0.1"})").substr(0, 3), "422");
    EXPECT_EQ(patch(R"({"type":"ClusterIP","clusterIP":"10.96.0.9"})"), "200");
    EXPECT_EQ(addresses(), R"(10.96.0.9 ["10.96.0.9"])");
}

}  // namespace
}  // namespace hooklet::server
