// SPDX-License-Identifier: Apache-2.0
#include "identity/authentication.hpp"

#include "adapters/openssl/openssl_certificates.hpp"
#include "adapters/openssl/openssl_token_signer.hpp"
#include "api/json.hpp"
#include "identity/base64url.hpp"
#include "identity/jwt.hpp"
#include "support/sim_clock.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<TokenSigner> new_signer() {
    return std::move(*OpensslTokenSigner::make(*OpensslCertificates().make_key()));
}

struct Objects final : BoundObjects {
    [[nodiscard]] std::optional<BoundObject> find(BoundKind kind, std::string_view namespace_,
                                                  std::string_view name) const override {
        const auto found = all.find({kind, std::string(namespace_), std::string(name)});
        return found == all.end() ? std::nullopt : std::optional(found->second);
    }
    std::map<std::tuple<BoundKind, std::string, std::string>, BoundObject> all{
        {{BoundKind::service_account, "ns", "sa"}, {"sa-uid"}},
        {{BoundKind::pod, "ns", "p"}, {"p-uid"}},
        {{BoundKind::node, "", "n"}, {"n-uid"}},
        {{BoundKind::secret, "ns", "s"}, {"s-uid"}}};
};

struct AuthenticatorTest : testing::Test {
    static HttpServerRequest with_token(const std::string& token) {
        HttpServerRequest request;
        request.headers = {{"authorization", "Bearer " + token}};
        return request;
    }
    [[nodiscard]] std::string signed_token(const ServiceAccountClaims& what) const {
        return *sign_jwt(*signer, to_node(what));
    }
    /// Why the token is refused; empty when it is not.
    [[nodiscard]] std::string refusal(const std::string& token) const {
        const auto identity = authenticator.authenticate(with_token(token));
        return identity ? "" : identity.error().text();
    }
    std::string replaced(std::string_view header, std::string_view signature) const {
        const std::string token = signed_token(claims);
        const std::string payload = token.substr(token.find('.'), token.rfind('.') - token.find('.') + 1);
        return to_base64url(header) + payload + std::string(signature);
    }

    sim::SimClock clock;
    std::unique_ptr<TokenSigner> signer = new_signer();
    Objects objects;
    Authenticator authenticator{
        &clock, signer.get(), &objects, {.admin_token = "let me in", .agent_user = 42}};
    ServiceAccountClaims claims{.id = "some-id",
                                .issued_at = clock.wall(),
                                .expires_at = clock.wall() + 1h,
                                .namespace_ = "ns",
                                .service_account = {"sa", "sa-uid"},
                                .pod = BoundName{"p", "p-uid"},
                                .node = BoundName{"n", "n-uid"}};
};

TEST_F(AuthenticatorTest, WhoShowsNothingIsAnonymous) {
    HttpServerRequest request;
    EXPECT_EQ(*authenticator.authenticate(request), anonymous());
    request.peer.user_id = 1000;
    EXPECT_EQ(*authenticator.authenticate(request), anonymous());
}

TEST_F(AuthenticatorTest, RootAndTheAgentAdministerOverTheSocket) {
    HttpServerRequest request;
    for (const std::uint32_t user : {0U, 42U}) {
        request.peer.user_id = user;
        EXPECT_EQ(*authenticator.authenticate(request), administrator());
    }
}

TEST_F(AuthenticatorTest, ACertificateNamesTheUserAndTheGroups) {
    HttpServerRequest request = with_token("bad");
    request.peer.certificate = {.common_name = "system:node:n", .organizations = {"system:nodes", "x"}};
    const auto identity = authenticator.authenticate(request);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->username, "system:node:n");
    EXPECT_THAT(identity->groups, testing::ElementsAre("system:nodes", "x", "system:authenticated"));
}

TEST_F(AuthenticatorTest, ACertificateThatDoesNotVerifyIsNotAnonymous) {
    HttpServerRequest request;
    request.peer.certificate_refused = true;
    EXPECT_FALSE(authenticator.authenticate(request));
    request.headers = with_token("let me in").headers;
    EXPECT_EQ(*authenticator.authenticate(request), administrator());
    HttpServerRequest nameless;
    nameless.peer.certificate = {.common_name = "", .organizations = {"system:masters"}};
    EXPECT_FALSE(authenticator.authenticate(nameless));
}

TEST_F(AuthenticatorTest, TheAdministratorsToken) {
    EXPECT_EQ(*authenticator.authenticate(with_token("let me in")), administrator());
    EXPECT_NE(refusal("let me im"), "");
    EXPECT_NE(refusal("let me i"), "");
    const Authenticator without(&clock, signer.get(), &objects, {});
    EXPECT_FALSE(without.authenticate(with_token("")));
    EXPECT_FALSE(without.authenticate(with_token("x")));
}

TEST_F(AuthenticatorTest, OtherSchemesAreRefused) {
    HttpServerRequest request;
    request.peer.user_id = 0;
    request.headers = {{"Authorization", "Basic YWRtaW46YWRtaW4="}};
    EXPECT_FALSE(authenticator.authenticate(request));
}

TEST_F(AuthenticatorTest, ATokenThatIsShownCountsMoreThanTheSocket) {
    HttpServerRequest request = with_token(signed_token(claims));
    request.peer.user_id = 0;
    EXPECT_EQ(authenticator.authenticate(request)->username, "system:serviceaccount:ns:sa");
    request.headers = with_token("bad").headers;
    EXPECT_FALSE(authenticator.authenticate(request));
}

TEST_F(AuthenticatorTest, AServiceAccountsToken) {
    const auto identity = authenticator.authenticate(with_token(signed_token(claims)));
    ASSERT_TRUE(identity) << identity.error().text();
    const Identity wanted{
        .username = "system:serviceaccount:ns:sa",
        .uid = "sa-uid",
        .groups = {"system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"},
        .extra = {{"authentication.kubernetes.io/credential-id", {"JTI=some-id"}},
                  {"authentication.kubernetes.io/node-name", {"n"}},
                  {"authentication.kubernetes.io/node-uid", {"n-uid"}},
                  {"authentication.kubernetes.io/pod-name", {"p"}},
                  {"authentication.kubernetes.io/pod-uid", {"p-uid"}}}};
    EXPECT_EQ(*identity, wanted);
}

TEST_F(AuthenticatorTest, RefusesClaimsThatDoNotHold) {
    ServiceAccountClaims expired = claims;
    expired.expires_at = clock.wall();
    ServiceAccountClaims early = claims;
    early.issued_at = clock.wall() + 1s;
    ServiceAccountClaims issuer = claims;
    issuer.issuer = "https://other";
    ServiceAccountClaims audience = claims;
    audience.audiences = {"vault"};
    ServiceAccountClaims nobody = claims;
    nobody.audiences = {};
    EXPECT_EQ(refusal(signed_token(expired)), "the token has expired");
    EXPECT_EQ(refusal(signed_token(early)), "the token is not valid yet");
    EXPECT_EQ(refusal(signed_token(issuer)), "the token has another issuer");
    EXPECT_EQ(refusal(signed_token(audience)), "the token is for another audience");
    EXPECT_EQ(refusal(signed_token(nobody)), "the token is for another audience");
    EXPECT_TRUE(authenticator.authenticate_token(signed_token(audience), {"vault"}));
}

TEST_F(AuthenticatorTest, ATokenIsForItsOwnAudiencesOnly) {
    claims.audiences = {"foo", "bar"};
    const auto known = authenticator.authenticate_token(signed_token(claims), {"prod-db", "bar", "foo"});
    ASSERT_TRUE(known);
    EXPECT_EQ(known->user.username, "system:serviceaccount:ns:sa");
    EXPECT_THAT(known->audiences, testing::ElementsAre("foo", "bar"));
    EXPECT_FALSE(authenticator.authenticate_token(signed_token(claims), {"prod-db"}));
    EXPECT_FALSE(authenticator.authenticate_token("let me in", {"prod-db"}));
    EXPECT_THAT(authenticator.authenticate_token("let me in")->audiences,
                testing::ElementsAre(std::string(default_issuer)));
}

TEST_F(AuthenticatorTest, RefusesTokensOfWhatIsGone) {
    const std::string gone = "what the token is bound to is gone";
    const std::string token = signed_token(claims);
    const auto without = [&](BoundKind kind, const std::string& namespace_, const std::string& name) {
        const Objects before = objects;
        objects.all.erase({kind, namespace_, name});
        const std::string said = refusal(token);
        objects.all = before.all;
        return said;
    };
    EXPECT_EQ(without(BoundKind::service_account, "ns", "sa"), gone);
    EXPECT_EQ(without(BoundKind::pod, "ns", "p"), gone);
    EXPECT_EQ(without(BoundKind::node, "", "n"), "") << "its Pod is still there";
    objects.all[{BoundKind::pod, "ns", "p"}].uid = "another";
    EXPECT_EQ(refusal(token), gone);
    claims.pod.reset();
    EXPECT_EQ(refusal(signed_token(claims)), "");
    objects.all.erase({BoundKind::node, "", "n"});
    EXPECT_EQ(refusal(signed_token(claims)), gone);
    claims.node.reset();
    claims.secret = BoundName{"s", "another"};
    EXPECT_EQ(refusal(signed_token(claims)), gone);
}

TEST_F(AuthenticatorTest, WhatIsBeingDeletedCountsForAMinute) {
    auto& account = objects.all[{BoundKind::service_account, "ns", "sa"}];
    account.deleted_at = clock.wall() - 60s;
    EXPECT_EQ(refusal(signed_token(claims)), "");
    account.deleted_at = clock.wall() - 61s;
    EXPECT_EQ(refusal(signed_token(claims)), "what the token is bound to was deleted");
}

TEST_F(AuthenticatorTest, RefusesOtherAlgorithms) {
    const std::string_view none = R"({"alg":"none"})";
    const std::string not_ours = "the token's algorithm is not ES256";
    EXPECT_EQ(refusal(replaced(none, "")), not_ours);
    EXPECT_EQ(refusal(replaced(R"({"alg":"NONE","typ":"JWT"})", "")), not_ours);
    EXPECT_EQ(refusal(replaced(R"({"alg":"HS256"})", to_base64url(std::string(32, 'x')))), not_ours);
    EXPECT_EQ(refusal(replaced(R"({"typ":"JWT"})", "")), not_ours);
    EXPECT_EQ(refusal(replaced(R"({"alg":["ES256"]})", "")), not_ours);
    EXPECT_EQ(refusal(replaced(R"({"alg":"none","alg":"ES256"})", "")), "the token is malformed");
    EXPECT_EQ(refusal(replaced(R"({"alg":"ES256","crit":["x"]})", "")), not_ours);
    EXPECT_EQ(refusal(replaced(R"({"alg":"ES256"})", "")), "the token's signature is wrong");
}

TEST_F(AuthenticatorTest, RefusesForeignAndChangedSignatures) {
    const std::string token = signed_token(claims);
    const std::string other = *sign_jwt(*new_signer(), to_node(claims));
    EXPECT_EQ(refusal(other), "the token was signed with another key");
    const std::string foreign = token.substr(0, token.rfind('.')) + other.substr(other.rfind('.'));
    EXPECT_EQ(refusal(foreign), "the token's signature is wrong");
    ServiceAccountClaims more = claims;
    more.service_account.name = "admin";
    const std::string raised = signed_token(more);
    const std::string payload = raised.substr(0, raised.rfind('.'));
    EXPECT_EQ(refusal(payload + token.substr(token.rfind('.'))), "the token's signature is wrong");
}

TEST_F(AuthenticatorTest, RefusesGarbage) {
    const std::string token = signed_token(claims);
    for (const std::string& bad :
         {std::string("x"), std::string("a.b"), std::string("..."), std::string(".."), token + "=",
          token + "\n", "." + token, std::string(20'000, 'a'), "a.b." + std::string(86, 'A')}) {
        EXPECT_EQ(refusal(bad), "the token is malformed") << bad.substr(0, 40);
    }
    EXPECT_EQ(refusal(token + "."), "the token's signature is wrong");
}

TEST_F(AuthenticatorTest, RefusesClaimsThatAreMissing) {
    for (const char* key : {"exp", "nbf", "kubernetes.io"}) {
        api::Node node = to_node(claims);
        node.erase(key);
        EXPECT_EQ(refusal(*sign_jwt(*signer, node)), "the token lacks claims") << key;
    }
    api::Node node = to_node(claims);
    node.set("sub", api::Node("system:serviceaccount:kube-system:admin"));
    EXPECT_EQ(refusal(*sign_jwt(*signer, node)), "the token's subject is not its service account");
    node = to_node(claims);
    node.set("exp", api::Node("never"));
    EXPECT_EQ(refusal(*sign_jwt(*signer, node)), "the token lacks claims");
    node = to_node(claims);
    node.find("kubernetes.io")->find("pod")->erase("uid");
    EXPECT_EQ(refusal(*sign_jwt(*signer, node)), "the token lacks claims");
}

TEST_F(AuthenticatorTest, TheNodeOfAPodMayBeUnknown) {
    claims.node = BoundName{"n", ""};
    const auto identity = authenticator.authenticate(with_token(signed_token(claims)));
    ASSERT_TRUE(identity) << identity.error().text();
    EXPECT_EQ(identity->extra.at("authentication.kubernetes.io/node-name"), std::vector<std::string>{"n"});
    EXPECT_FALSE(identity->extra.contains("authentication.kubernetes.io/node-uid"));
    claims.pod.reset();
    EXPECT_EQ(refusal(signed_token(claims)), "the token lacks claims");
}

TEST_F(AuthenticatorTest, ClaimsStandInTheTokenUnderTheApisNames) {
    EXPECT_EQ(*claims_of(to_node(claims)), claims);
    EXPECT_EQ(api::write_json(to_node(claims)),
              R"({"aud":["https://kubernetes.default.svc.cluster.local"],"exp":1767229200,"iat":1767225600,)"
              R"("iss":"https://kubernetes.default.svc.cluster.local","jti":"some-id","kubernetes.io":)"
              R"({"namespace":"ns","node":{"name":"n","uid":"n-uid"},"pod":{"name":"p","uid":"p-uid"},)"
              R"("serviceaccount":{"name":"sa","uid":"sa-uid"}},"nbf":1767225600,)"
              R"("sub":"system:serviceaccount:ns:sa"})");
}

}  // namespace
}  // namespace hooklet::identity
