// SPDX-License-Identifier: Apache-2.0
#include "identity/secret_token.hpp"

#include "adapters/openssl/openssl_certificates.hpp"
#include "adapters/openssl/openssl_token_signer.hpp"
#include "identity/authentication.hpp"
#include "identity/jwt.hpp"
#include "support/sim_clock.hpp"

#include <map>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

struct SecretTokenTest : testing::Test, BoundObjects {
    SecretTokenTest() { objects[BoundKind::secret] = {.uid = "s-uid", .token = signed_token(claims)}; }
    [[nodiscard]] std::optional<BoundObject> find(BoundKind kind, std::string_view namespace_,
                                                  std::string_view name) const override {
        const bool known = namespace_ == "ns" && name == (kind == BoundKind::secret ? "s" : "sa");
        const auto found = objects.find(kind);
        return !known || found == objects.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::string signed_token(const SecretTokenClaims& what) const {
        return *sign_jwt(*signer, to_node(what));
    }
    /// Why the token is refused; empty when it is not.
    [[nodiscard]] std::string refusal(const SecretTokenClaims& what) const {
        const auto known = authenticator.authenticate_token(signed_token_of(what));
        return known ? "" : known.error().text();
    }
    /// Signatures differ each time: the stored token is the one that is shown.
    [[nodiscard]] std::string signed_token_of(const SecretTokenClaims& what) const {
        return what == claims ? objects.at(BoundKind::secret).token : signed_token(what);
    }

    SecretTokenClaims claims{"ns", "s", {"sa", "sa-uid"}};
    sim::SimClock clock;
    std::unique_ptr<TokenSigner> signer =
        std::move(*OpensslTokenSigner::make(*OpensslCertificates().make_key()));
    std::map<BoundKind, BoundObject> objects{{BoundKind::service_account, {.uid = "sa-uid"}}};
    Authenticator authenticator{&clock, signer.get(), this, {}};
};

TEST_F(SecretTokenTest, IsOfItsAccount) {
    const std::string& token = objects[BoundKind::secret].token;
    const auto known = authenticator.authenticate_token(token);
    ASSERT_TRUE(known) << known.error().text();
    EXPECT_EQ(known->user.username, "system:serviceaccount:ns:sa");
    EXPECT_EQ(known->user.uid, "sa-uid");
    EXPECT_TRUE(known->user.in_group("system:serviceaccounts:ns"));
    EXPECT_EQ(known->audiences, std::vector<std::string>{std::string(default_issuer)});
    EXPECT_FALSE(authenticator.authenticate_token(token, {"another"}));
}

TEST_F(SecretTokenTest, IsGoodOnlyWhileTheSecretHoldsIt) {
    EXPECT_EQ(refusal(claims), "");
    objects[BoundKind::secret].deleted_at = clock.wall();
    EXPECT_EQ(refusal(claims), "the token's Secret is gone");
    objects[BoundKind::secret].deleted_at.reset();
    const std::string old = std::exchange(objects[BoundKind::secret].token, "another");
    EXPECT_EQ(authenticator.authenticate_token(old).error().text(), "the token's Secret holds another one");
    objects.erase(BoundKind::secret);
    EXPECT_EQ(authenticator.authenticate_token(old).error().text(), "the token's Secret is gone");
}

TEST_F(SecretTokenTest, IsGoodOnlyWhileTheAccountIsThere) {
    objects[BoundKind::service_account].uid = "another";
    EXPECT_EQ(refusal(claims), "the token's service account is gone");
    objects[BoundKind::service_account] = {.uid = "sa-uid", .deleted_at = clock.wall()};
    EXPECT_EQ(refusal(claims), "the token's service account is gone");
    objects.erase(BoundKind::service_account);
    EXPECT_EQ(refusal(claims), "the token's service account is gone");
}

TEST_F(SecretTokenTest, ClaimsAreComplete) {
    EXPECT_EQ(secret_claims_of(to_node(claims)).value(), claims);
    for (const auto& lacking :
         {SecretTokenClaims{"", "s", {"sa", "sa-uid"}}, SecretTokenClaims{"ns", "", {"sa", "sa-uid"}},
          SecretTokenClaims{"ns", "s", {"", "sa-uid"}}, SecretTokenClaims{"ns", "s", {"sa", ""}}}) {
        EXPECT_EQ(refusal(lacking), "the token lacks claims");
    }
    api::Node other = to_node(claims);
    other.set("sub", api::Node("system:serviceaccount:ns:other"));
    EXPECT_FALSE(secret_claims_of(other));
}

}  // namespace
}  // namespace hooklet::identity
