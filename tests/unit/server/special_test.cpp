// SPDX-License-Identifier: Apache-2.0
#include "api/base64.hpp"
#include "identity/jwt.hpp"
#include "identity/secret_token.hpp"
#include "server/answer.hpp"
#include "server/bound_objects.hpp"
#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

/// "Signs" with the text's length: enough to tell its own tokens from others.
class FakeSigner final : public TokenSigner {
  public:
    [[nodiscard]] std::string key_digest() const override { return "key"; }
    [[nodiscard]] std::string public_key() const override { return std::string(64, 'k'); }
    [[nodiscard]] Result<std::string> sign(std::string_view bytes) const override {
        std::string signature = std::to_string(bytes.size());
        signature.resize(64, '.');
        return signature;
    }
    [[nodiscard]] bool verify(std::string_view bytes, std::string_view signature) const override {
        return signature == *sign(bytes);
    }
};

class FakeStreams final : public PodStreams {
  public:
    Task<void> serve(HttpExchange* exchange, PodStreamRequest request) override {
        HttpReply reply =
            text_reply(200, request.namespace_ + " " + request.name + " " + request.subresource);
        co_await exchange->respond(std::move(reply));
    }
};

constexpr const char* good = "Bearer good";
const std::string accounts = "/api/v1/namespaces/default/serviceaccounts";

struct Special : ServerTest {
    Special() { services.signer = &signer; }

    std::unique_ptr<FakeExchange> asked_by(const std::string& token, std::string method, std::string target,
                                           std::string body = "") {
        std::vector<HttpHeader> headers;
        if (!token.empty()) headers.push_back({"Authorization", token});
        auto exchange = std::make_unique<FakeExchange>(
            HttpServerRequest{std::move(method), std::move(target), std::move(headers), std::move(body), {}});
        ApiServer api({services, json_as_yaml, &authenticator, &streams}, {});
        loop.run(api.handle(exchange.get()));
        return exchange;
    }
    api::Node answered(const std::string& token, std::string target, std::string body) {
        return api::parse_json(asked_by(token, "POST", std::move(target), std::move(body))->reply.body)
            .value();
    }
    static std::string message(const FakeExchange& exchange) {
        return text(api::parse_json(exchange.reply.body).value(), "message");
    }
    /// A token of service account `a`, which it makes.
    std::string weak() {
        EXPECT_EQ(verdict("POST", accounts, R"({"metadata":{"name":"a"}})"), "201");
        return "Bearer " + text(answered(good, accounts + "/a/token", "{}"), "status.token");
    }

    FakeSigner signer;
    StoredBoundObjects bound{&objects};
    identity::Authenticator authenticator{&loop.clock(), &signer, &bound, {.admin_token = "good"}};
    FakeStreams streams;
};

TEST_F(Special, WhoIsNotKnownMayOnlyAskWhetherTheServerIsThere) {
    const auto refused = asked_by("Bearer bad", "GET", std::string(pods));
    EXPECT_EQ(refused->reply.status, 401);
    EXPECT_EQ(message(*refused), "Unauthorized");
    EXPECT_EQ(asked_by("", "GET", "/api")->reply.status, 403);
    EXPECT_EQ(asked_by("", "GET", std::string(pods))->reply.status, 403);
    EXPECT_EQ(asked_by("", "GET", "/version?timeout=5s")->reply.status, 200);
    EXPECT_EQ(asked_by("", "GET", "/livez")->reply.status, 200);
    EXPECT_EQ(asked_by(good, "GET", "/api")->reply.status, 200);
}

TEST_F(Special, WhatIsNotAllowedIsSaidSo) {
    const std::string token = weak();
    const auto refused = asked_by(token, "DELETE", path(pods, "p"));
    EXPECT_EQ(refused->reply.status, 403);
    EXPECT_EQ(
        message(*refused),
        R"(pods "p" is forbidden: User "system:serviceaccount:default:a" cannot delete resource "pods" in )"
        R"(API group "" in the namespace "default")");
    EXPECT_EQ(asked_by(good, "DELETE", path(pods, "p"))->reply.status, 404);
    EXPECT_EQ(asked_by(token, "GET", std::string(pods) + "?watch=true")->reply.status, 403);
    EXPECT_EQ(asked_by(token, "GET", "/api")->reply.status, 200);
}

TEST_F(Special, ATokenEndsWithItsAccount) {
    const std::string token = weak();
    EXPECT_EQ(asked_by(token, "GET", "/api")->reply.status, 200);
    ASSERT_EQ(verdict("DELETE", accounts + "/a"), "200");
    EXPECT_EQ(asked_by(token, "GET", "/api")->reply.status, 401);
}

TEST_F(Special, ATokenInASecretEndsWithTheSecret) {
    ASSERT_EQ(verdict("POST", accounts, R"({"metadata":{"name":"a"}})"), "201");
    const identity::SecretTokenClaims claims{
        "default", "s", {"a", text(json("GET", accounts + "/a"), "metadata.uid")}};
    const std::string token = identity::sign_jwt(signer, identity::to_node(claims)).value();
    const std::string secrets = "/api/v1/namespaces/default/secrets";
    ASSERT_EQ(verdict("POST", secrets,
                      fmt::format(R"({{"metadata":{{"name":"s","annotations":)"
                                  R"({{"kubernetes.io/service-account.name":"a"}}}},"data":{{"token":"{}"}},)"
                                  R"("type":"kubernetes.io/service-account-token"}})",
                                  api::to_base64(token))),
              "201");
    EXPECT_EQ(asked_by("Bearer " + token, "GET", "/api")->reply.status, 200);
    ASSERT_EQ(verdict("DELETE", secrets + "/s"), "200");
    EXPECT_EQ(asked_by("Bearer " + token, "GET", "/api")->reply.status, 401);
}

TEST_F(Special, StreamsAreServedElsewhere) {
    EXPECT_EQ(asked_by(good, "GET", path(pods, "p/log?follow=true"))->reply.body, "default p log");
    EXPECT_EQ(asked_by(good, "POST", path(pods, "p/exec?command=ls"))->reply.body, "default p exec");
    EXPECT_EQ(asked_by(good, "DELETE", path(pods, "p/exec"))->reply.status, 405);
}

TEST_F(Special, Reviews) {
    const std::string access = "/apis/authorization.k8s.io/v1/";
    const std::string identity = "/apis/authentication.k8s.io/v1/";
    const std::string token = weak();
    EXPECT_EQ(text(answered(token, access + "selfsubjectaccessreviews",
                            R"({"spec":{"resourceAttributes":{"verb":"delete","resource":"pods"}}})"),
                   "status.allowed"),
              "false");
    EXPECT_EQ(text(answered(good, access + "subjectaccessreviews",
                            R"({"spec":{"user":"u","groups":["system:masters"],)"
                            R"("nonResourceAttributes":{"verb":"put","path":"/x"}}})"),
                   "status"),
              R"({"allowed":true})");
    EXPECT_EQ(text(answered(token, identity + "selfsubjectreviews", "{}"), "status.userInfo.username"),
              "system:serviceaccount:default:a");
    const auto rules = answered(good, access + "selfsubjectrulesreviews", R"({"spec":{"namespace":"a"}})");
    EXPECT_TRUE(text(rules, "status.resourceRules")
                    .starts_with(R"([{"verbs":["*"],"apiGroups":["*"],"resources":["*"]},)"));
    EXPECT_TRUE(
        text(rules, "status.nonResourceRules").starts_with(R"([{"verbs":["*"],"nonResourceURLs":["*"]},)"));
    EXPECT_EQ(text(rules, "status.incomplete"), "false");
    const std::string question = fmt::format(R"({{"spec":{{"token":"{}"}}}})", token.substr(7));
    EXPECT_EQ(text(answered(good, identity + "tokenreviews", question), "status.user.username"),
              "system:serviceaccount:default:a");
    EXPECT_NE(text(answered(good, identity + "tokenreviews", R"({"spec":{"token":"bad"}})"), "status.error"),
              "-");
}

TEST_F(Special, AReviewAsksOneThingOfSomebody) {
    const auto refusal = [this](std::string_view plural, std::string_view spec) {
        const auto exchange = asked_by(good, "POST", "/apis/authorization.k8s.io/v1/" + std::string(plural),
                                       fmt::format(R"({{"spec":{}}})", spec));
        const auto document = api::parse_json(exchange->reply.body);
        return fmt::format("{} {}", exchange->reply.status, text(*document, "message"));
    };
    const std::string nothing =
        R"(spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or )"
        R"(resourceAttributes must be specified)";
    EXPECT_EQ(refusal("selfsubjectaccessreviews", "{}"),
              R"(422 SelfSubjectAccessReview.authorization.k8s.io "" is invalid: )" + nothing);
    EXPECT_EQ(refusal("subjectaccessreviews", "{}"),
              R"(422 SubjectAccessReview.authorization.k8s.io "" is invalid: [)" + nothing +
                  R"(, spec.user: Invalid value: "": at least one of user or group must be specified])");
    EXPECT_EQ(refusal("subjectaccessreviews", R"({"user":"u","resourceAttributes":{"verb":"get"},
                      "nonResourceAttributes":{"path":"/x"}})"),
              R"(422 SubjectAccessReview.authorization.k8s.io "" is invalid: spec.nonResourceAttributes: )"
              R"(Invalid value: {"path":"/x"}: cannot be specified in combination with resourceAttributes)");
}

TEST_F(Special, AReviewLacksNothing) {
    const auto refusal = [this](const std::string& path, const std::string& body) {
        const auto exchange = asked_by(good, "POST", "/apis/" + path, body);
        const auto document = api::parse_json(exchange->reply.body);
        return fmt::format("{} {}", exchange->reply.status, text(*document, "message"));
    };
    EXPECT_EQ(refusal("authentication.k8s.io/v1/tokenreviews", "{}"),
              "400 token is required for TokenReview in authentication");
    EXPECT_EQ(refusal("authorization.k8s.io/v1/selfsubjectrulesreviews", "{}"),
              "400 no namespace on request");
    const std::string local = "authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews";
    const std::string invalid = R"(422 LocalSubjectAccessReview.authorization.k8s.io "" is invalid: )";
    EXPECT_EQ(
        refusal(local, R"({"spec":{"user":"u","resourceAttributes":{"namespace":"a"}}})"),
        invalid + R"(spec.resourceAttributes.namespace: Invalid value: "a": must match metadata.namespace)");
    EXPECT_EQ(refusal(local, R"({"spec":{"user":"u","nonResourceAttributes":{"path":"/x"}}})"),
              invalid +
                  R"(spec.nonResourceAttributes: Invalid value: {"path":"/x"}: disallowed on this kind of )"
                  "request");
    EXPECT_EQ(refusal(local, R"({"metadata":{"namespace":"a"},"spec":{"user":"u"}})"),
              "400 the namespace of the provided object does not match the namespace sent on the request");
    EXPECT_EQ(refusal(local, R"({"spec":{"user":"u","resourceAttributes":{"namespace":"default"}}})"),
              "201 -");
}

TEST_F(Special, ATokenReviewTellsTheAudiencesOfTheToken) {
    ASSERT_EQ(verdict("POST", accounts, R"({"metadata":{"name":"a"}})"), "201");
    const auto issued = answered(good, accounts + "/a/token", R"({"spec":{"audiences":["foo"]}})");
    const auto review = [&](std::string_view audiences) {
        return answered(good, "/apis/authentication.k8s.io/v1/tokenreviews",
                        fmt::format(R"({{"spec":{{"token":"{}","audiences":{}}}}})",
                                    text(issued, "status.token"), audiences));
    };
    const auto known = review(R"(["prod-db","foo"])");
    EXPECT_EQ(text(known, "status.authenticated"), "true");
    EXPECT_EQ(text(known, "status.audiences"), R"(["foo"])");
    EXPECT_EQ(text(review(R"(["prod-db"])"), "status.authenticated"), "-");
}

TEST_F(Special, ATokenOfAPodTellsItsNode) {
    ASSERT_EQ(verdict("POST", accounts, R"({"metadata":{"name":"default"}})"), "201");
    ASSERT_EQ(make_pod("p", "n1"), "201");
    const auto extra = [&] {
        const auto issued =
            answered(good, accounts + "/default/token",
                     R"({"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}}})");
        const auto who = answered("Bearer " + text(issued, "status.token"),
                                  "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        return text(who, "status.userInfo.extra");
    };
    const std::string unknown = extra();
    EXPECT_NE(unknown.find(R"("authentication.kubernetes.io/credential-id":["JTI=)"), std::string::npos);
    EXPECT_NE(unknown.find(R"("authentication.kubernetes.io/node-name":["n1"])"), std::string::npos);
    EXPECT_NE(unknown.find(R"("authentication.kubernetes.io/pod-name":["p"])"), std::string::npos);
    EXPECT_EQ(unknown.find("node-uid"), std::string::npos);
    ASSERT_EQ(verdict("POST", "/api/v1/nodes", R"({"metadata":{"name":"n1"}})"), "201");
    EXPECT_NE(extra().find(R"("authentication.kubernetes.io/node-uid":[")"), std::string::npos);
}

/// A review is no object with metadata: it has neither a row nor a partial form.
TEST_F(Special, ReviewsComeInNoOtherForm) {
    for (const char* form : {"Table", "PartialObjectMetadata"}) {
        FakeExchange exchange(
            {"POST",
             "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
             {{"Authorization", good},
              {"Accept", std::string("application/json;as=") + form + ";v=v1;g=meta.k8s.io"}},
             R"({"spec":{"nonResourceAttributes":{"verb":"get","path":"/"}}})",
             {}});
        ApiServer api({services, json_as_yaml, &authenticator, &streams}, {});
        loop.run(api.handle(&exchange));
        EXPECT_EQ(exchange.reply.status, 406) << form;
    }
}

TEST_F(Special, TokensAreOfAccountsThatAreThere) {
    const auto none = asked_by(good, "POST", accounts + "/a/token", "{}");
    EXPECT_EQ(message(*none), R"(serviceaccounts "a" not found)");
    ASSERT_EQ(verdict("POST", accounts, R"({"metadata":{"name":"a"}})"), "201");
    const auto issued = asked_by(good, "POST", accounts + "/a/token", "{}");
    EXPECT_EQ(issued->reply.status, 201);
    const auto token = api::parse_json(issued->reply.body).value();
    EXPECT_EQ(text(token, "kind"), "TokenRequest");
    EXPECT_EQ(text(token, "apiVersion"), "authentication.k8s.io/v1");
    EXPECT_EQ(text(token, "spec.audiences"), R"(["https://kubernetes.default.svc.cluster.local"])");
    EXPECT_EQ(text(token, "spec.expirationSeconds"), "3600");
    EXPECT_EQ(text(token, "status.expirationTimestamp"), "2026-01-01T01:00:00Z");
}

TEST_F(Special, TokensThatAreNotToBe) {
    ASSERT_EQ(verdict("POST", accounts, R"({"metadata":{"name":"a"}})"), "201");
    const auto refusal = [this](std::string body) {
        const auto exchange = asked_by(good, "POST", accounts + "/a/token", std::move(body));
        return fmt::format("{} {}", exchange->reply.status, message(*exchange));
    };
    const auto lasting = [&](std::string_view seconds) {
        return refusal(fmt::format(R"({{"spec":{{"expirationSeconds":{}}}}})", seconds));
    };
    const std::string duration =
        R"(422 TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: )";
    EXPECT_EQ(lasting("10"), duration + "10: may not specify a duration less than 10 minutes");
    EXPECT_EQ(lasting("4294967297"),
              duration + "4294967297: may not specify a duration larger than 2^32 seconds");
    EXPECT_EQ(lasting("4294967296").substr(0, 3), "201");
    const std::string names = R"(422 TokenRequest.authentication.k8s.io "a" is invalid: metadata.)";
    EXPECT_EQ(refusal(R"({"metadata":{"name":"b"}})"),
              names + R"(name: Invalid value: "b": must match the service account name if specified)");
    EXPECT_EQ(
        refusal(R"({"metadata":{"name":"a","namespace":"n"}})"),
        names + R"(namespace: Invalid value: "n": must match the service account namespace if specified)");
    const std::string bound = R"({"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}}})";
    EXPECT_EQ(refusal(bound), R"(404 pods "p" not found)");
    ASSERT_EQ(make_pod("p", "n1"), "201");
    EXPECT_EQ(refusal(bound), R"(400 cannot bind token for serviceaccount "a" to pod running with different )"
                              "serviceaccount name.");
}

TEST_F(Special, UnknownFieldsAreRefusedOrToldAsAsked) {
    ASSERT_EQ(verdict("POST", accounts, R"({"metadata":{"name":"a"}})"), "201");
    ASSERT_EQ(make_pod("p", ""), "201");
    const std::string reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    struct Case {
        std::string path, body, kind;
    };
    const Case cases[] = {
        {accounts + "/a/token", R"({"bogus":1})", R"(TokenRequest in version "authentication.k8s.io/v1")"},
        {reviews, R"({"bogus":1,"spec":{"nonResourceAttributes":{"verb":"get","path":"/"}}})",
         R"(SelfSubjectAccessReview in version "authorization.k8s.io/v1")"},
        {path(pods, "p/binding"),
         R"({"bogus":1,"metadata":{"name":"p"},"target":{"kind":"Node","name":"n"}})",
         R"(Binding in version "v1")"},
        {path(pods, "p/eviction"), R"({"bogus":1,"metadata":{"name":"p"}})",
         R"(Eviction in version "policy/v1")"},
    };
    for (const auto& [where, body, kind] : cases) {
        const auto strict = asked_by(good, "POST", where + "?fieldValidation=Strict", body);
        EXPECT_EQ(strict->reply.status, 400) << where;
        EXPECT_TRUE(message(*strict).starts_with(kind)) << message(*strict);
        EXPECT_TRUE(message(*strict).ends_with(R"(: strict decoding error: unknown field "bogus")"));
        const auto told = asked_by(good, "POST", where, body);
        EXPECT_EQ(told->reply.status, 201) << where;
        EXPECT_EQ(told->header("Warning"), R"(299 - "unknown field \"bogus\"")");
        EXPECT_EQ(asked_by(good, "POST", where + "?fieldValidation=Bad", body)->reply.status, 422);
    }
}

TEST_F(Special, EvictionsAreGracefulDeletions) {
    const std::string eviction = path(pods, "p/eviction");
    EXPECT_EQ(verdict("POST", eviction, R"({"metadata":{"name":"p"}})"),
              R"(404 NotFound: pods "p" not found)");
    ASSERT_EQ(make_pod("p", "n"), "201");
    const HttpHeader merge{"Content-Type", "application/merge-patch+json"};
    ASSERT_EQ(verdict("PATCH", path(pods, "p/status"), R"({"status":{"phase":"Running"}})", {merge}), "200");
    EXPECT_EQ(verdict("POST", eviction, R"({"metadata":{"name":"q"}})"),
              "400 BadRequest: name in URL does not match name in Eviction object");
    EXPECT_EQ(
        answer("POST", eviction, R"({"metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":9}})"),
        R"(201 {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201})");
    const auto pod = json("GET", path(pods, "p"));
    EXPECT_EQ(text(pod, "metadata.deletionGracePeriodSeconds"), "9");
    EXPECT_NE(text(pod, "status.conditions").find("EvictionByEvictionAPI"), std::string::npos);
}

TEST_F(Special, BindingsGivePodsANode) {
    ASSERT_EQ(make_pod("p", ""), "201");
    const std::string body = R"({"metadata":{"name":"p"},"target":{"kind":"Node","name":"n1"}})";
    EXPECT_EQ(
        verdict("POST", path(pods, "p/binding"), R"({"target":{"kind":"Foo","name":"n1"}})"),
        R"(422 Invalid: Binding "p" is invalid: target.kind: Unsupported value: "Foo": supported values: )"
        R"("Node", "<empty>")");
    EXPECT_EQ(verdict("POST", path(pods, "p/binding"), body), "201");
    const auto pod = json("GET", path(pods, "p"));
    EXPECT_EQ(text(pod, "spec.nodeName"), "n1");
    EXPECT_NE(text(pod, "status.conditions").find(R"("type":"PodScheduled")"), std::string::npos);
    EXPECT_NE(text(pod, "status.conditions").find(R"("observedGeneration":1)"), std::string::npos);
    const std::string again =
        R"(409 Conflict: Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1")";
    EXPECT_EQ(verdict("POST", path(pods, "p/binding"), body), again);
    EXPECT_EQ(verdict("POST", "/api/v1/namespaces/default/bindings", body), again);
}

}  // namespace
}  // namespace hooklet::server
