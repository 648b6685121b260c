// SPDX-License-Identifier: Apache-2.0
#include "adapters/openssl/openssl_certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2};

CertificateSpec spec(CertificateUse use, std::string name) {
    return {.use = use, .common_name = std::move(name), .not_before = now, .not_after = now + 24h};
}

struct OpensslCertificatesTest : testing::Test {
    KeyPair issued(CertificateSpec wanted, KeyPair by = {}) {
        auto made = certificates.issue(std::move(wanted), std::move(by));
        EXPECT_TRUE(made) << made.error().text();
        return made ? *made : KeyPair{};
    }
    void expect_invalid(const Result<CertificateSpec>& result, std::string_view text) {
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Code::invalid);
        EXPECT_THAT(result.error().text(), testing::HasSubstr(text));
    }
    OpensslCertificates certificates;
    KeyPair authority = issued(spec(CertificateUse::authority, "an authority"));
};

TEST_F(OpensslCertificatesTest, AnAuthoritySignsItself) {
    const auto found = certificates.inspect(authority, authority.certificate);
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_EQ(*found, spec(CertificateUse::authority, "an authority"));
}

TEST_F(OpensslCertificatesTest, ACertificateSaysWhatItsSpecSays) {
    CertificateSpec client = spec(CertificateUse::client, "system:node:a b\u00e4");
    client.organizations = {"system:nodes", "others, too"};
    CertificateSpec server = spec(CertificateUse::server, "api");
    server.dns_names = {"localhost", "kubernetes.default"};
    server.addresses = {"127.0.0.1", "::1", "fd00::1"};
    for (const CertificateSpec& wanted : {client, server}) {
        const KeyPair made = issued(wanted, authority);
        EXPECT_THAT(made.key, testing::StartsWith("-----BEGIN PRIVATE KEY-----"));
        const auto found = certificates.inspect(made, authority.certificate);
        ASSERT_TRUE(found) << found.error().text();
        EXPECT_EQ(*found, wanted);
    }
}

TEST_F(OpensslCertificatesTest, NoTwoAreTheSame) {
    const CertificateSpec wanted = spec(CertificateUse::client, "a");
    EXPECT_NE(issued(wanted, authority), issued(wanted, authority));
}

TEST_F(OpensslCertificatesTest, TellsWhatIsWrong) {
    const KeyPair other = issued(spec(CertificateUse::authority, "an authority"));
    const KeyPair client = issued(spec(CertificateUse::client, "a"), authority);
    expect_invalid(certificates.inspect(client, other.certificate), "signed by another authority");
    const KeyPair mixed{client.certificate, other.key};
    expect_invalid(certificates.inspect(mixed, authority.certificate),
                   "the private key is not the certificate's");
    const KeyPair no_key{client.certificate, ""};
    expect_invalid(certificates.inspect(no_key, authority.certificate), "not a private key");
    expect_invalid(certificates.inspect({}, authority.certificate), "not a certificate");
    expect_invalid(certificates.inspect(client, "x"), "the authority: not a certificate");
}

TEST_F(OpensslCertificatesTest, RefusesWhatMakesNoCertificate) {
    CertificateSpec server = spec(CertificateUse::server, "api");
    server.addresses = {"localhost"};
    const auto made = certificates.issue(server, authority);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().text(), "not an IP address: localhost");
    const CertificateSpec client = spec(CertificateUse::client, std::string(70, 'x'));
    EXPECT_EQ(certificates.issue(client, authority).error().code, Code::invalid);
    const KeyPair broken{authority.certificate, "x"};
    EXPECT_EQ(certificates.issue(spec(CertificateUse::client, "a"), broken).error().code, Code::invalid);
}

}  // namespace
}  // namespace hooklet
