// SPDX-License-Identifier: Apache-2.0
#include "controllers/token_secrets.hpp"

#include "identity/jwt.hpp"
#include "identity/secret_token.hpp"
#include "support/api_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// Its signatures are as good as any.
class PlainSigner final : public TokenSigner {
  public:
    [[nodiscard]] std::string key_digest() const override { return std::string(32, 'k'); }
    [[nodiscard]] std::string public_key() const override { return std::string(64, 'k'); }
    [[nodiscard]] Result<std::string> sign(std::string_view) const override { return std::string(64, 's'); }
    [[nodiscard]] bool verify(std::string_view, std::string_view signature) const override {
        return signature == std::string(64, 's');
    }
};

struct TokenSecretsTest : testing::Test, sim::ApiWorld {
    TokenSecretsTest() { add_namespace("default"); }
    ~TokenSecretsTest() override { loop.run(tokens.stop()); }
    void start() {
        tokens.on_error([](const Error& error) { ADD_FAILURE() << error.text(); });
        tokens.start();
        settle();
    }
    void settle() { loop.run_for(seconds{1}); }
    static ApiPath account(const std::string& name) { return core("serviceaccounts", "default", name); }
    static ApiPath secret_at(const std::string& name) { return core("secrets", "default", name); }
    void add_secret(const std::string& name, std::string_view more = "") {
        api::Node document = json(R"({"type":"kubernetes.io/service-account-token","metadata":)"
                                  R"({"annotations":{"kubernetes.io/service-account.name":"a"}}})");
        if (!more.empty()) document.set("data", json(more));
        add(secret_at(name), std::move(document));
    }
    api::Secret secret(const std::string& name) { return read_as<api::Secret>(stored(secret_at(name))); }
    std::string uid_of(const std::string& name) { return metadata_of(stored(account(name))).uid; }

    PlainSigner signer;
    TokenSecrets tokens{&api, &loop.clock(), loop.executor(), &signer, "PEM"};
};

TEST_F(TokenSecretsTest, ASecretIsFilled) {
    add(account("a"), "{}");
    start();
    add_secret("s");
    settle();
    const api::Secret filled = secret("s");
    EXPECT_EQ(filled.data.at("ca.crt"), "PEM");
    EXPECT_EQ(filled.data.at("namespace"), "default");
    EXPECT_EQ(filled.metadata.annotations.at("kubernetes.io/service-account.uid"), uid_of("a"));
    const auto claims = identity::verify_jwt(signer, filled.data.at("token"));
    ASSERT_TRUE(claims);
    EXPECT_EQ(identity::secret_claims_of(*claims).value(),
              (identity::SecretTokenClaims{"default", "s", {"a", uid_of("a")}}));
}

TEST_F(TokenSecretsTest, WhatIsThereStays) {
    add(account("a"), "{}");
    add_secret("s", R"({"token":"bWluZQ==","ca.crt":"b2xk"})");
    start();
    EXPECT_EQ(secret("s").data.at("token"), "mine");
    EXPECT_EQ(secret("s").data.at("ca.crt"), "PEM") << "but the certificates are put right";
    const std::size_t writes = api.writes().size();
    change(secret_at("s"), R"({"metadata":{"labels":{"a":"b"}}})");
    settle();
    EXPECT_EQ(api.writes().size(), writes);
}

TEST_F(TokenSecretsTest, ATokenThatIsTakenOutIsReplaced) {
    add(account("a"), "{}");
    add_secret("s");
    start();
    change(secret_at("s"), R"({"data":{"token":null}})");
    settle();
    EXPECT_NE(secret("s").data.at("token"), "");
}

TEST_F(TokenSecretsTest, SecretsGoWithTheirAccount) {
    add(account("a"), "{}");
    add_secret("s");
    add(core("secrets", "default", "other"), R"({"type":"Opaque"})");
    start();
    ASSERT_TRUE(api.objects().remove(account("a"), {}));
    settle();
    EXPECT_THAT(names(core("secrets")), ElementsAre("other"));
    add_secret("late");
    settle();
    EXPECT_THAT(names(core("secrets")), ElementsAre("other")) << "there was never such an account";
}

TEST_F(TokenSecretsTest, ASecretThatIsGoneIsNoLongerListed) {
    add(account("a"), R"({"secrets":[{"name":"s"},{"name":"other"}]})");
    add(account("b"), R"({"secrets":[{"name":"s"}]})");
    add_secret("s");
    add_secret("unlisted");
    start();
    ASSERT_TRUE(api.objects().remove(secret_at("unlisted"), {}));
    settle();
    const auto listed = [this](const std::string& name) {
        std::string text;
        for (const auto& one : read_as<api::ServiceAccount>(stored(account(name))).secrets)
            text += one.name + " ";
        return text;
    };
    EXPECT_EQ(listed("a"), "s other ");
    ASSERT_TRUE(api.objects().remove(secret_at("s"), {}));
    settle();
    EXPECT_EQ(listed("a"), "other ");
    EXPECT_EQ(listed("b"), "s ") << "it was not this account's";
}

TEST_F(TokenSecretsTest, ANewAccountOfTheNameIsAnotherOne) {
    add(account("a"), "{}");
    add_secret("s");
    start();
    loop.run(tokens.stop());
    ASSERT_TRUE(api.objects().remove(account("a"), {}));
    add(account("a"), "{}");
    TokenSecrets next{&api, &loop.clock(), loop.executor(), &signer, "PEM"};
    next.start();
    settle();
    EXPECT_THAT(names(core("secrets")), IsEmpty());
    loop.run(next.stop());
}

TEST_F(TokenSecretsTest, WithoutASignerNothingIsDone) {
    TokenSecrets idle{&api, &loop.clock(), loop.executor(), nullptr, "PEM"};
    add_secret("s");
    idle.start();
    settle();
    EXPECT_THAT(secret("s").data, IsEmpty());
    loop.run(idle.stop());
}

}  // namespace
}  // namespace hooklet
