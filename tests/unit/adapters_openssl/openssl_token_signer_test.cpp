// SPDX-License-Identifier: Apache-2.0
#include "adapters/openssl/openssl_token_signer.hpp"

#include "adapters/openssl/openssl_certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

std::unique_ptr<OpensslTokenSigner> new_signer() {
    return std::move(*OpensslTokenSigner::make(*OpensslCertificates().make_key()));
}

TEST(OpensslTokenSigner, VerifiesWhatItHasSigned) {
    const auto signer = new_signer();
    const auto signature = signer->sign("text");
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->size(), 64);
    EXPECT_TRUE(signer->verify("text", *signature));
    EXPECT_FALSE(signer->verify("text2", *signature));
    EXPECT_FALSE(new_signer()->verify("text", *signature));
}

TEST(OpensslTokenSigner, RefusesWhatIsNoSignature) {
    const auto signer = new_signer();
    const std::string good = *signer->sign("text");
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(signer->verify("text", changed)) << i;
    }
    EXPECT_FALSE(signer->verify("text", ""));
    EXPECT_FALSE(signer->verify("text", good + "x"));
    EXPECT_FALSE(signer->verify("text", good.substr(1)));
    EXPECT_FALSE(signer->verify("text", std::string(64, '\0')));
    EXPECT_FALSE(signer->verify("text", std::string(64, '\xff')));
}

TEST(OpensslTokenSigner, ItsKeyHasAName) {
    const std::string key = *OpensslCertificates().make_key();
    const std::string digest = (*OpensslTokenSigner::make(key))->key_digest();
    EXPECT_EQ(digest.size(), 32);
    EXPECT_EQ((*OpensslTokenSigner::make(key))->key_digest(), digest);
    EXPECT_NE(new_signer()->key_digest(), digest);
}

TEST(OpensslTokenSigner, NeedsAKeyOfItsCurve) {
    const auto none = OpensslTokenSigner::make("x");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Code::invalid);
    const auto ed25519 = OpensslTokenSigner::make(
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
        "-----END PRIVATE KEY-----\n");
    ASSERT_FALSE(ed25519);
    EXPECT_THAT(ed25519.error().text(), testing::HasSubstr("P-256"));
}

}  // namespace
}  // namespace hooklet
