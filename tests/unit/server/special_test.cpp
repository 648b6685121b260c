// SPDX-License-Identifier: Apache-2.0
#include "server/answer.hpp"
#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

/// Lets in who has a token `good` or `weak`; the weak one may only look.
class FakeGatekeeper final : public Gatekeeper {
  public:
    Task<Answer<User>> identify(HttpServerRequest request) override {
        const std::string token(request.header("Authorization"));
        if (token == "Bearer good") co_return User{.name = "strong", .groups = {"system:masters"}};
        if (token == "Bearer weak") co_return User{.name = "weak"};
        co_return std::unexpected(status::unauthorized());
    }
    Task<Permission> permits(User user, Access access) override {
        asked.push_back(user.name + " " + access.verb + " " + access.path.resource + access.plain_path);
        const bool allowed = user.name == "strong" || access.verb == "get" || access.verb == "create";
        co_return Permission{.allowed = allowed, .reason = allowed ? "" : "it is weak"};
    }
    Task<Result<User>> review(std::string token, std::vector<std::string>) override {
        if (token == "good") co_return User{.name = "strong", .uid = "u"};
        co_return fail(Code::invalid, "no such token");
    }

    std::vector<std::string> asked;
};

class FakeIssuer final : public TokenIssuer {
  public:
    Task<Result<IssuedToken>> issue(TokenWish wish) override {
        const WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
        IssuedToken issued{.token = wish.namespace_ + "/" + wish.account + "/" + wish.pod,
                           .audiences = {"api"},
                           .expires = now + std::chrono::seconds(wish.seconds)};
        co_return issued;
    }
};

class FakeStreams final : public PodStreams {
  public:
    Task<void> serve(HttpExchange* exchange, PodStreamRequest request) override {
        HttpReply reply = text_reply(200, request.namespace_ + " " + request.name + " " + request.subresource);
        co_await exchange->respond(std::move(reply));
    }
};

struct Special : ServerTest {
    std::unique_ptr<FakeExchange> asked_by(const char* token, std::string method, std::string target,
                                           std::string body = "") {
        auto exchange = std::make_unique<FakeExchange>(HttpServerRequest{
            std::move(method), std::move(target), {{"Authorization", token}}, std::move(body), {}});
        ApiServer api({services, json_as_yaml, &gatekeeper, &streams, &issuer}, {});
        loop.run(api.handle(exchange.get()));
        return exchange;
    }
    api::Node answered(const char* token, std::string target, std::string body) {
        return api::parse_json(asked_by(token, "POST", std::move(target), std::move(body))->reply.body).value();
    }
    std::string message(const FakeExchange& exchange) {
        return text(api::parse_json(exchange.reply.body).value(), "message");
    }

    FakeGatekeeper gatekeeper;
    FakeIssuer issuer;
    FakeStreams streams;
};

constexpr const char* good = "Bearer good";
constexpr const char* weak = "Bearer weak";

TEST_F(Special, WhoIsNotKnownMayOnlyAskWhetherTheServerIsThere) {
    const auto refused = asked_by("", "GET", std::string(pods));
    EXPECT_EQ(refused->reply.status, 401);
    EXPECT_EQ(message(*refused), "Unauthorized");
    EXPECT_EQ(asked_by("", "GET", "/api")->reply.status, 401);
    EXPECT_EQ(asked_by("", "GET", "/version")->reply.status, 200);
    EXPECT_EQ(asked_by("", "GET", "/livez")->reply.status, 200);
}

TEST_F(Special, WhatIsNotAllowedIsSaidSo) {
    const auto refused = asked_by(weak, "DELETE", path(pods, "p"));
    EXPECT_EQ(refused->reply.status, 403);
    EXPECT_EQ(message(*refused),
              R"(pods "p" is forbidden: User "weak" cannot delete resource "pods" in API group "" in the )"
              R"(namespace "default": it is weak)");
    EXPECT_EQ(asked_by(good, "DELETE", path(pods, "p"))->reply.status, 404);
    EXPECT_EQ(asked_by(weak, "GET", std::string(pods) + "?watch=true")->reply.status, 403);
    EXPECT_EQ(gatekeeper.asked,
              (std::vector<std::string>{"weak delete pods", "strong delete pods", "weak watch pods"}));
}

TEST_F(Special, StreamsAreServedElsewhere) {
    EXPECT_EQ(asked_by(good, "GET", path(pods, "p/log?follow=true"))->reply.body, "default p log");
    EXPECT_EQ(asked_by(good, "POST", path(pods, "p/exec?command=ls"))->reply.body, "default p exec");
    EXPECT_EQ(asked_by(good, "DELETE", path(pods, "p/exec"))->reply.status, 405);
}

TEST_F(Special, Reviews) {
    const std::string access = "/apis/authorization.k8s.io/v1/";
    const std::string identity = "/apis/authentication.k8s.io/v1/";
    EXPECT_EQ(text(answered(weak, access + "selfsubjectaccessreviews",
                            R"({"spec":{"resourceAttributes":{"verb":"delete","resource":"pods"}}})"),
                   "status"),
              R"({"allowed":false,"reason":"it is weak"})");
    EXPECT_EQ(text(answered(weak, access + "subjectaccessreviews",
                            R"({"spec":{"user":"strong","nonResourceAttributes":{"verb":"put","path":"/x"}}})"),
                   "status"),
              R"({"allowed":true})");
    EXPECT_EQ(text(answered(good, identity + "selfsubjectreviews", "{}"), "status"),
              R"({"userInfo":{"username":"strong","groups":["system:masters"]}})");
    EXPECT_EQ(text(answered(good, access + "selfsubjectrulesreviews", R"({"spec":{"namespace":"a"}})"), "status"),
              R"({"resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}],)"
              R"("nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}],"incomplete":false})");
    EXPECT_EQ(text(answered(good, identity + "tokenreviews", R"({"spec":{"token":"good"}})"), "status"),
              R"({"authenticated":true,"user":{"username":"strong","uid":"u"}})");
    EXPECT_EQ(text(answered(good, identity + "tokenreviews", R"({"spec":{"token":"bad"}})"), "status.error"),
              "no such token");
}

TEST_F(Special, TokensAreOfAccountsThatAreThere) {
    const std::string accounts = "/api/v1/namespaces/default/serviceaccounts";
    const auto none = asked_by(good, "POST", accounts + "/a/token", "{}");
    EXPECT_EQ(message(*none), R"(serviceaccounts "a" not found)");
    ASSERT_EQ(verdict("POST", accounts, R"({"metadata":{"name":"a"}})"), "201");
    const auto issued = asked_by(good, "POST", accounts + "/a/token",
                                 R"({"spec":{"boundObjectRef":{"kind":"Pod","name":"p"}}})");
    EXPECT_EQ(issued->reply.status, 201);
    const auto token = api::parse_json(issued->reply.body).value();
    EXPECT_EQ(text(token, "kind"), "TokenRequest");
    EXPECT_EQ(text(token, "apiVersion"), "authentication.k8s.io/v1");
    EXPECT_EQ(text(token, "spec.audiences"), R"(["api"])");
    EXPECT_EQ(text(token, "spec.expirationSeconds"), "3600");
    EXPECT_EQ(text(token, "status"), R"({"token":"default/a/p","expirationTimestamp":"2026-01-01T01:00:00Z"})");
    const auto brief = asked_by(good, "POST", accounts + "/a/token", R"({"spec":{"expirationSeconds":10}})");
    EXPECT_EQ(brief->reply.status, 422);
    EXPECT_EQ(message(*brief),
              R"(TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 10: )"
              "may not specify a duration less than 10 minutes");
}

TEST_F(Special, EvictionsAreGracefulDeletions) {
    const std::string eviction = path(pods, "p/eviction");
    EXPECT_EQ(verdict("POST", eviction, R"({"metadata":{"name":"p"}})"), R"(404 NotFound: pods "p" not found)");
    ASSERT_EQ(make_pod("p", "n"), "201");
    const HttpHeader merge{"Content-Type", "application/merge-patch+json"};
    ASSERT_EQ(verdict("PATCH", path(pods, "p/status"), R"({"status":{"phase":"Running"}})", {merge}), "200");
    EXPECT_EQ(verdict("POST", eviction, R"({"metadata":{"name":"q"}})"),
              "400 BadRequest: name in URL does not match name in Eviction object");
    EXPECT_EQ(answer("POST", eviction, R"({"metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":9}})"),
              R"(201 {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201})");
    const auto pod = json("GET", path(pods, "p"));
    EXPECT_EQ(text(pod, "metadata.deletionGracePeriodSeconds"), "9");
    EXPECT_NE(text(pod, "status.conditions").find("EvictionByEvictionAPI"), std::string::npos);
}

TEST_F(Special, BindingsGivePodsANode) {
    ASSERT_EQ(make_pod("p", ""), "201");
    const std::string body = R"({"metadata":{"name":"p"},"target":{"kind":"Node","name":"n1"}})";
    EXPECT_EQ(verdict("POST", path(pods, "p/binding"), body), "201");
    const auto pod = json("GET", path(pods, "p"));
    EXPECT_EQ(text(pod, "spec.nodeName"), "n1");
    EXPECT_NE(text(pod, "status.conditions").find(R"("type":"PodScheduled")"), std::string::npos);
    const std::string again =
        R"(409 Conflict: Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1")";
    EXPECT_EQ(verdict("POST", path(pods, "p/binding"), body), again);
    EXPECT_EQ(verdict("POST", "/api/v1/namespaces/default/bindings", body), again);
}

}  // namespace
}  // namespace hooklet::server
