// SPDX-License-Identifier: Apache-2.0
// What roles that are stored allow, and who may give them.
#include "server/stored_roles.hpp"
#include "server_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Nothing here verifies what it signs.
class RolesSigner final : public TokenSigner {
  public:
    [[nodiscard]] std::string key_digest() const override { return "key"; }
    [[nodiscard]] std::string public_key() const override {
        return std::string(32, 'x') + std::string(32, 'y');
    }
    [[nodiscard]] Result<std::string> sign(std::string_view) const override { return std::string(64, '.'); }
    [[nodiscard]] bool verify(std::string_view, std::string_view) const override { return false; }
};

class NothingBound final : public identity::BoundObjects {
  public:
    [[nodiscard]] std::optional<identity::BoundObject> find(identity::BoundKind, std::string_view,
                                                            std::string_view) const override {
        return std::nullopt;
    }
};

struct RoleAccess : ServerTest {
    RoleAccess() {
        services.signer = &signer;
        make("clusterroles", R"({"metadata":{"name":"reader"},"rules":[)" + pods_rule("get", "list") + "]}");
        make("clusterroles",
             R"({"metadata":{"name":"granter"},"rules":[{"verbs":["create","update","patch"],)"
             R"("apiGroups":["rbac.authorization.k8s.io"],)"
             R"("resources":["roles","clusterroles","rolebindings","clusterrolebindings"]}]})");
        bind("reader", "bob");
        bind("granter", "bob");
    }
    static std::string pods_rule(std::string_view verb, std::string_view other) {
        return fmt::format(R"({{"verbs":["{}","{}"],"apiGroups":[""],"resources":["pods"]}})", verb, other);
    }
    void make(std::string_view plural, const std::string& body) {
        EXPECT_EQ(verdict("POST", std::string(group) + std::string(plural), body), "201") << body;
    }
    /// Gives that user a ClusterRole everywhere.
    void bind(std::string_view role, std::string_view user) {
        make("clusterrolebindings", binding_of(role, user));
    }
    static std::string binding_of(std::string_view role, std::string_view user) {
        return fmt::format(R"({{"metadata":{{"name":"{0}-{1}"}},)"
                           R"("roleRef":{{"kind":"ClusterRole","name":"{0}"}},)"
                           R"("subjects":[{{"kind":"User","name":"{1}"}}]}})",
                           role, user);
    }
    std::unique_ptr<FakeExchange> asked_by(std::string user, std::string method, std::string target,
                                           std::string body = "") {
        HttpServerRequest request{std::move(method), std::move(target), {}, std::move(body), {}};
        if (request.method == "PATCH")
            request.headers.push_back({"Content-Type", "application/merge-patch+json"});
        request.peer.certificate.emplace();
        request.peer.certificate->common_name = std::move(user);
        request.peer.certificate->organizations = {"people"};
        auto exchange = std::make_unique<FakeExchange>(std::move(request));
        ApiServer api({services, json_as_yaml, &authenticator, nullptr, {}, &roles},
                      {.address = "127.0.0.1:6443"});
        loop.run(api.handle(exchange.get()));
        return exchange;
    }
    /// `403 MESSAGE`; `-` for what has none.
    std::string told(std::string user, std::string method, std::string target, std::string body = "") {
        const auto exchange =
            asked_by(std::move(user), std::move(method), std::move(target), std::move(body));
        const auto document = api::parse_json(exchange->reply.body);
        return fmt::format("{} {}", exchange->reply.status, document ? text(*document, "message") : "-");
    }

    static constexpr std::string_view group = "/apis/rbac.authorization.k8s.io/v1/";
    const std::string here = std::string(group) + "namespaces/default/";
    const std::string cluster_roles = std::string(group) + "clusterroles";
    const std::string pod_list{pods};
    RolesSigner signer;
    NothingBound none;
    identity::Authenticator authenticator{&loop.clock(), &signer, &none, {}};
    StoredRoles roles{&objects};
};

TEST_F(RoleAccess, StoredRolesCountAtOnce) {
    EXPECT_EQ(told("bob", "GET", pod_list), "200 -");
    EXPECT_EQ(told("bob", "POST", pod_list, "{}"),
              R"(403 pods is forbidden: User "bob" cannot create resource "pods" in API group "" in the )"
              R"(namespace "default")");
    EXPECT_EQ(told("eve", "GET", pod_list).substr(0, 3), "403");
    bind("reader", "eve");
    EXPECT_EQ(told("eve", "GET", pod_list), "200 -");
    ASSERT_EQ(verdict("DELETE", std::string(group) + "clusterrolebindings/reader-eve"), "200");
    EXPECT_EQ(told("eve", "GET", pod_list).substr(0, 3), "403");
    ASSERT_EQ(verdict("DELETE", cluster_roles + "/reader"), "200");
    EXPECT_EQ(told("bob", "GET", pod_list),
              R"(403 pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the )"
              R"(namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "reader" not found)");
}

TEST_F(RoleAccess, NobodyGivesWhatHeDoesNotHave) {
    const auto role = [](std::string_view rules) {
        return fmt::format(R"({{"metadata":{{"name":"r"}},"rules":[{}]}})", rules);
    };
    EXPECT_EQ(told("bob", "POST", here + "roles", role(pods_rule("get", "delete"))),
              R"(403 roles.rbac.authorization.k8s.io "r" is forbidden: user "bob" (groups=["people" )"
              R"("system:authenticated"]) is attempting to grant RBAC permissions not currently held:)"
              "\n"
              R"({APIGroups:[""], Resources:["pods"], Verbs:["delete"]})");
    EXPECT_EQ(told("bob", "POST", here + "roles", role(pods_rule("get", "list"))), "201 -");
    EXPECT_THAT(
        told("bob", "PATCH", here + "roles/r", fmt::format(R"({{"rules":[{}]}})", pods_rule("get", "watch"))),
        HasSubstr(R"(Verbs:["watch"]})"));
    EXPECT_THAT(told("bob", "PUT", here + "roles/other", role(pods_rule("get", "watch"))), StartsWith("400"))
        << "the name is another one";
    EXPECT_EQ(told("bob", "PATCH", here + "roles/r", R"({"metadata":{"labels":{"a":"b"}}})"), "200 -");
    EXPECT_EQ(verdict("POST", here + "roles", role(pods_rule("get", "delete"))).substr(0, 3), "409")
        << "the administrator may, but it is there";
}

TEST_F(RoleAccess, WhatIsMadeByAnUpdateIsCreated) {
    make("clusterroles", R"({"metadata":{"name":"updater"},"rules":[{"verbs":["update","patch"],)"
                         R"("apiGroups":["coordination.k8s.io"],"resources":["leases"]}]})");
    bind("updater", "eve");
    const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    const std::string lease = R"({"metadata":{"name":"l"}})";
    EXPECT_EQ(
        told("eve", "PUT", leases + "/l", lease),
        R"(403 leases.coordination.k8s.io "l" is forbidden: User "eve" cannot create resource "leases" )"
        R"(in API group "coordination.k8s.io" in the namespace "default")");
    ASSERT_EQ(verdict("POST", leases, lease), "201");
    EXPECT_EQ(told("eve", "PATCH", leases + "/l", R"({"metadata":{"labels":{"a":"b"}}})"), "200 -");
}

TEST_F(RoleAccess, WhatOnlyLetsAnObjectGoIsAllowed) {
    make("clusterroles", R"({"metadata":{"name":"big","finalizers":["a.b/c"]},"rules":[)" +
                             pods_rule("delete", "watch") + "]}");
    EXPECT_EQ(told("bob", "PATCH", cluster_roles + "/big", R"({"metadata":{"finalizers":null}})"), "200 -");
    EXPECT_THAT(told("bob", "PATCH", cluster_roles + "/big", R"({"metadata":{"labels":{"a":"b"}}})"),
                StartsWith("403"));
}

TEST_F(RoleAccess, WhoMayEscalateOrBindGivesAnything) {
    make("clusterroles", R"({"metadata":{"name":"big"},"rules":[)" + pods_rule("delete", "watch") + "]}");
    const std::string binding = binding_of("big", "eve");
    const std::string bindings = std::string(group) + "clusterrolebindings";
    EXPECT_THAT(
        told("bob", "POST", bindings, binding),
        StartsWith(R"(403 clusterrolebindings.rbac.authorization.k8s.io "big-eve" is forbidden: user )"));
    make("clusterroles", R"({"metadata":{"name":"binder"},"rules":[{"verbs":["bind"],)"
                         R"("apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],)"
                         R"("resourceNames":["big"]}]})");
    bind("binder", "bob");
    EXPECT_EQ(told("bob", "POST", bindings, binding), "201 -");
    EXPECT_EQ(told("bob", "POST", bindings, binding_of("gone", "eve")),
              R"(404 clusterroles.rbac.authorization.k8s.io "gone" not found)");
    make("clusterroles", R"({"metadata":{"name":"escalator"},"rules":[{"verbs":["escalate"],)"
                         R"("apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"]}]})");
    bind("escalator", "bob");
    EXPECT_EQ(told("bob", "POST", here + "roles",
                   R"({"metadata":{"name":"r"},"rules":[)" + pods_rule("delete", "watch") + "]}"),
              "201 -");
}

TEST_F(RoleAccess, AggregationIsForThoseWhoMayDoEverything) {
    const std::string aggregated =
        R"({"metadata":{"name":"all"},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}})";
    EXPECT_EQ(told("bob", "POST", cluster_roles, aggregated),
              R"(403 clusterroles.rbac.authorization.k8s.io "all" is forbidden: must have cluster-admin )"
              "privileges to use the aggregationRule");
    make("clusterroles", aggregated);
    EXPECT_THAT(told("bob", "PATCH", cluster_roles + "/all", R"({"aggregationRule":null})"),
                HasSubstr("must have cluster-admin privileges"));
}

TEST_F(RoleAccess, ReviewsAnswerByRoles) {
    const std::string access = "/apis/authorization.k8s.io/v1/";
    const auto review =
        json("POST", access + "subjectaccessreviews",
             R"({"spec":{"user":"bob","resourceAttributes":{"verb":"get","resource":"pods"}}})");
    EXPECT_EQ(text(review, "status"), R"({"allowed":false})")
        << "the administrator's server has no such roles";
    make("clusterroles", R"({"metadata":{"name":"asker"},"rules":[{"verbs":["create"],)"
                         R"("apiGroups":["authorization.k8s.io"],"resources":["*"]}]})");
    bind("asker", "bob");
    const auto asked = [&](const std::string& target, const std::string& body) {
        return api::parse_json(asked_by("bob", "POST", access + target, body)->reply.body).value();
    };
    EXPECT_EQ(
        text(asked("subjectaccessreviews",
                   R"({"spec":{"user":"bob","resourceAttributes":{"verb":"get","resource":"pods"}}})"),
             "status"),
        R"({"allowed":true,"reason":"RBAC: allowed by ClusterRoleBinding \"reader-bob\" of ClusterRole )"
        R"(\"reader\" to User \"bob\""})");
    EXPECT_EQ(text(asked("namespaces/default/localsubjectaccessreviews",
                         R"({"spec":{"user":"eve","resourceAttributes":{"namespace":"default","verb":"get",)"
                         R"("resource":"pods"}}})"),
                   "status"),
              R"({"allowed":false})");
    EXPECT_THAT(
        text(asked("selfsubjectrulesreviews", R"({"spec":{"namespace":"default"}})"), "status.resourceRules"),
        HasSubstr(R"({"verbs":["get","list"],"apiGroups":[""],"resources":["pods"]})"));
}

TEST_F(RoleAccess, TheKeysOfTokensAreForThoseWhoMayReadThem) {
    const std::string configuration = "/.well-known/openid-configuration";
    EXPECT_EQ(told("bob", "GET", configuration),
              R"(403 forbidden: User "bob" cannot get path "/.well-known/openid-configuration")");
    make("clusterroles", R"({"metadata":{"name":"issuer"},"rules":[{"verbs":["get"],)"
                         R"("nonResourceURLs":["/.well-known/*","/openid/*"]}]})");
    bind("issuer", "bob");
    const auto found = asked_by("bob", "GET", configuration);
    EXPECT_EQ(found->header("Content-Type"), "application/json");
    EXPECT_EQ(found->header("Cache-Control"), "public, max-age=3600");
    EXPECT_EQ(found->reply.body,
              R"({"issuer":"https://kubernetes.default.svc.cluster.local",)"
              R"("jwks_uri":"https://127.0.0.1:6443/openid/v1/jwks","response_types_supported":["id_token"],)"
              R"("subject_types_supported":["public"],"id_token_signing_alg_values_supported":["ES256"]})");
    const auto keys = asked_by("bob", "GET", "/openid/v1/jwks");
    EXPECT_EQ(keys->header("Content-Type"), "application/jwk-set+json");
    EXPECT_EQ(keys->reply.body,
              R"({"keys":[{"use":"sig","kty":"EC","kid":"a2V5","crv":"P-256","alg":"ES256",)"
              R"("x":"eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg",)"
              R"("y":"eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXk"}]})");
}

}  // namespace
}  // namespace hooklet::server
