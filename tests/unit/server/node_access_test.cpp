// SPDX-License-Identifier: Apache-2.0
#include "server/cluster_admission.hpp"
#include "server_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Nothing here verifies what it signs.
class AnySigner final : public TokenSigner {
  public:
    [[nodiscard]] std::string key_digest() const override { return "key"; }
    [[nodiscard]] std::string public_key() const override { return std::string(64, 'k'); }
    [[nodiscard]] Result<std::string> sign(std::string_view) const override { return std::string(64, '.'); }
    [[nodiscard]] bool verify(std::string_view, std::string_view) const override { return false; }
};

class NoBoundObjects final : public identity::BoundObjects {
  public:
    [[nodiscard]] std::optional<identity::BoundObject> find(identity::BoundKind, std::string_view,
                                                            std::string_view) const override {
        return std::nullopt;
    }
};

/// What somebody with the certificate of node `n` is told.
struct NodeAccess : ServerTest {
    NodeAccess() {
        services.admission = &cluster;
        services.signer = &signer;
        verdict("POST", "/api/v1/namespaces", R"({"metadata":{"name":"default"}})");
        verdict("POST", "/api/v1/namespaces/default/serviceaccounts", R"({"metadata":{"name":"default"}})");
        verdict("POST", "/api/v1/nodes", R"({"metadata":{"name":"n"}})");
        make_pod("mine", "n");
        make_pod("other", "m");
    }
    std::string told(std::string method, std::string target, std::string body = "",
                     std::string content_type = "application/merge-patch+json") {
        HttpServerRequest request{std::move(method), std::move(target), {}, std::move(body), {}};
        if (request.method == "PATCH") request.headers.push_back({"Content-Type", std::move(content_type)});
        request.peer.certificate.emplace();
        request.peer.certificate->common_name = "system:node:n";
        request.peer.certificate->organizations = {"system:nodes"};
        FakeExchange exchange(std::move(request));
        ApiServer api({services, json_as_yaml, &authenticator, nullptr}, {});
        loop.run(api.handle(&exchange));
        const auto document = api::parse_json(exchange.reply.body);
        return fmt::format("{} {}", exchange.reply.status, document ? text(*document, "message") : "-");
    }

    AnySigner signer;
    NoBoundObjects none;
    identity::Authenticator authenticator{&loop.clock(), &signer, &none, {}};
    LocalApi local{services};
    admission::Admission rules{&local, &loop.clock(), &random};
    ClusterAdmission cluster{&rules, nullptr, &loop.clock()};
};

TEST_F(NodeAccess, PodsOfItsOwn) {
    const std::string status = R"({"status":{"message":"x"}})";
    EXPECT_THAT(told("PATCH", path(pods, "mine") + "/status", status), StartsWith("200"));
    EXPECT_EQ(
        told("PATCH", path(pods, "other") + "/status", status),
        R"(403 pods "other" is forbidden: node "n" can only update pod status for pods with spec.nodeName )"
        "set to itself");
    EXPECT_EQ(
        told("DELETE", path(pods, "other")),
        R"(403 pods "other" is forbidden: node "n" can only delete pods with spec.nodeName set to itself)");
    EXPECT_EQ(
        told("POST", path(pods, "other") + "/eviction", R"({"metadata":{"name":"other"}})"),
        R"(403 pods "other" is forbidden: node n can only evict pods with spec.nodeName set to itself)");
    EXPECT_EQ(text(json("GET", path(pods, "other")), "metadata.deletionTimestamp"), "-");
    EXPECT_THAT(told("DELETE", path(pods, "mine")), StartsWith("200"));
}

TEST_F(NodeAccess, MirrorsOfItsOwn) {
    EXPECT_THAT(
        told("POST", std::string(pods),
             R"({"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}})"),
        HasSubstr("node \"n\" can only create mirror pods"));
    const std::string uid = text(json("GET", "/api/v1/nodes/n"), "metadata.uid");
    const auto mirror = [&](std::string_view owner_uid) {
        return told(
            "POST", std::string(pods),
            fmt::format(R"({{"metadata":{{"name":"p","annotations":{{"kubernetes.io/config.mirror":"x"}},)"
                        R"("ownerReferences":[{{"apiVersion":"v1","kind":"Node","name":"n","uid":"{}",)"
                        R"("controller":true}}]}},"spec":{{"nodeName":"n","containers":[{{"name":"c",)"
                        R"("image":"i"}}]}}}})",
                        owner_uid));
    };
    EXPECT_THAT(mirror("x"), HasSubstr("node n UID mismatch: expected x got " + uid));
    EXPECT_THAT(mirror(uid), StartsWith("201"));
}

TEST_F(NodeAccess, ItsNode) {
    const std::string node = "/api/v1/nodes/n";
    EXPECT_THAT(told("PATCH", node, R"({"metadata":{"labels":{"a":"b"}}})"), StartsWith("200"));
    EXPECT_EQ(told("PATCH", node, R"({"metadata":{"labels":{"node-role.kubernetes.io/x":""}}})"),
              R"(403 nodes "n" is forbidden: is not allowed to modify labels: node-role.kubernetes.io/x)");
    EXPECT_EQ(told("POST", "/api/v1/nodes", R"({"metadata":{"name":"m"}})"),
              R"(403 nodes "m" is forbidden: node "n" is not allowed to modify node "m")");
}

TEST_F(NodeAccess, TokensOfItsPods) {
    const auto token = [this](std::string_view pod) {
        const std::string uid = text(json("GET", path(pods, pod)), "metadata.uid");
        return told("POST", "/api/v1/namespaces/default/serviceaccounts/default/token",
                    fmt::format(R"({{"spec":{{"boundObjectRef":{{"kind":"Pod","apiVersion":"v1","name":"{}",)"
                                R"("uid":"{}"}}}}}})",
                                pod, uid));
    };
    EXPECT_EQ(
        token("other"),
        R"(403 serviceaccounts "default" is forbidden: node requested token bound to a pod scheduled on a )"
        "different node");
    EXPECT_THAT(token("mine"), StartsWith("201"));
    EXPECT_EQ(token("gone"), R"(404 pods "gone" not found)");
}

TEST_F(NodeAccess, SecretsOneByOne) {
    EXPECT_THAT(told("GET", "/api/v1/secrets"), StartsWith("403"));
    EXPECT_THAT(told("GET", "/api/v1/namespaces/default/secrets"), StartsWith("403"));
    EXPECT_THAT(told("GET", "/api/v1/namespaces/default/secrets?fieldSelector=metadata.name%3Ds"),
                StartsWith("200"));
    EXPECT_THAT(told("GET", "/api/v1/namespaces/default/secrets?fieldSelector=metadata.name!=s"),
                StartsWith("403"));
}

}  // namespace
}  // namespace hooklet::server
