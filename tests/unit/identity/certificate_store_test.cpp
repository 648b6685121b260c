// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_store.hpp"

#include "adapters/openssl/openssl_certificates.hpp"
#include "support/memory_files.hpp"
#include "support/sim_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

struct CertificateStoreTest : testing::Test {
    CertificateStoreTest() { EXPECT_TRUE(files.make_directories("/state", 0755)); }
    KeyPair server(std::vector<std::string> addresses = {"10.0.0.1"}) {
        const auto pair = store.server(*server_names("node-1", addresses));
        EXPECT_TRUE(pair) << pair.error().text();
        return pair.value_or(KeyPair{});
    }
    KeyPair client(const std::string& user = "admin") {
        const auto pair = store.client("client-admin", user, {"system:masters"});
        EXPECT_TRUE(pair) << pair.error().text();
        return pair.value_or(KeyPair{});
    }
    CertificateSpec spec_of(const KeyPair& pair) {
        const auto spec = certificates.inspect(pair, store.authority()->certificate);
        EXPECT_TRUE(spec) << spec.error().text();
        return spec.value_or(CertificateSpec{});
    }
    sim::MemoryFiles files;
    sim::SimClock clock;
    OpensslCertificates certificates;
    CertificateStore store{&files, &clock, &certificates, "/state/pki"};
};

TEST_F(CertificateStoreTest, MakesWhatIsMissingAndKeepsIt) {
    const KeyPair first = client();
    const KeyPair second = server();
    EXPECT_EQ(client(), first);
    EXPECT_EQ(server(), second);
    CertificateStore other(&files, &clock, &certificates, "/state/pki");
    EXPECT_EQ(*other.client("client-admin", "admin", {"system:masters"}), first);
    EXPECT_EQ(*other.authority(), *store.authority());
    EXPECT_EQ(*other.token_key(), *store.token_key());
}

TEST_F(CertificateStoreTest, OnlyTheOwnUserReadsTheKeys) {
    client();
    server();
    ASSERT_TRUE(store.token_key());
    EXPECT_EQ(files.node("/state/pki")->mode, 0700U);
    const auto paths = files.below("/state/pki");
    EXPECT_THAT(paths, testing::ElementsAre("/state/pki/ca.pem", "/state/pki/client-admin.pem",
                                            "/state/pki/server.pem", "/state/pki/token-key.pem"));
    for (const std::string& path : paths) EXPECT_EQ(files.node(path)->mode, 0600U) << path;
}

TEST_F(CertificateStoreTest, TheServerHasAllItsNames) {
    const CertificateSpec spec = spec_of(server({"10.0.0.1", "fd00:0::1"}));
    EXPECT_THAT(spec.dns_names,
                testing::ElementsAre("kubernetes", "kubernetes.default", "kubernetes.default.svc",
                                     "kubernetes.default.svc.cluster.local", "localhost", "node-1"));
    EXPECT_THAT(spec.addresses, testing::ElementsAre("10.0.0.1", "127.0.0.1", "::1", "fd00::1"));
    EXPECT_EQ(spec.not_after, clock.wall() + days{365});
    EXPECT_FALSE(server_names("n", {"example.org"}));
}

TEST_F(CertificateStoreTest, RenewsWhenTheNamesChange) {
    const KeyPair first = server({"10.0.0.1"});
    const KeyPair second = server({"10.0.0.2"});
    EXPECT_NE(second, first);
    EXPECT_EQ(server({"10.0.0.2"}), second);
    const KeyPair admin = client("admin");
    EXPECT_NE(client("other"), admin);
}

TEST_F(CertificateStoreTest, RenewsWithLessThanAThirdOfItsLifeLeft) {
    const KeyPair authority = *store.authority();
    const KeyPair first = client();
    clock.advance_to(clock.now() + days{243});
    EXPECT_EQ(client(), first);
    clock.advance_to(clock.now() + days{1});
    const KeyPair second = client();
    EXPECT_NE(second, first);
    EXPECT_EQ(spec_of(second).not_after, clock.wall() + days{365});
    EXPECT_EQ(*store.authority(), authority);
}

TEST_F(CertificateStoreTest, ANewAuthorityRenewsAll) {
    const KeyPair authority = *store.authority();
    const KeyPair first = client();
    ASSERT_TRUE(files.remove_file("/state/pki/ca.pem"));
    EXPECT_NE(client(), first);
    EXPECT_NE(*store.authority(), authority);
}

TEST_F(CertificateStoreTest, ADamagedAuthorityIsNotReplaced) {
    client();
    ASSERT_TRUE(files.write_file("/state/pki/ca.pem", "garbage", 0600));
    const auto pair = store.client("client-admin", "admin", {});
    ASSERT_FALSE(pair);
    EXPECT_THAT(pair.error().text(), testing::StartsWith("/state/pki/ca.pem is damaged"));
    EXPECT_EQ(files.node("/state/pki/ca.pem")->content, "garbage");
}

TEST_F(CertificateStoreTest, OtherDamageIsRepaired) {
    server();
    ASSERT_TRUE(files.write_file("/state/pki/server.pem", "garbage", 0600));
    EXPECT_THAT(server().certificate, testing::StartsWith("-----BEGIN CERTIFICATE-----"));
}

TEST(WorthKeeping, AClockThatIsNotSetYetIsNoReasonForANewOne) {
    const WallTime start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    const CertificateSpec found{.common_name = "a", .not_before = start, .not_after = start + days{3}};
    EXPECT_TRUE(worth_keeping(found, {.common_name = "a"}, WallTime{}));
    EXPECT_TRUE(worth_keeping(found, {.common_name = "a"}, start + days{2}));
    EXPECT_FALSE(worth_keeping(found, {.common_name = "a"}, start + days{2} + 1ns));
    EXPECT_FALSE(worth_keeping(found, {.use = CertificateUse::server, .common_name = "a"}, start));
}

}  // namespace
}  // namespace hooklet::identity
