// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/beast_http_server.hpp"
#include "adapters/openssl/openssl_certificates.hpp"
#include "server_bench.hpp"
#include "support/run_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

constexpr WallTime today = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2};

/// `refused`, or the certificate's subject, or `nobody`.
Task<void> tell_who(HttpExchange* exchange) {
    const HttpPeer& peer = exchange->request().peer;
    std::string who = peer.certificate_refused ? "refused" : "nobody";
    if (peer.certificate) {
        who = peer.certificate->common_name;
        for (const std::string& group : peer.certificate->organizations) who += "," + group;
    }
    HttpReply reply{200, {}, std::move(who)};
    co_await exchange->respond(std::move(reply));
}

struct ServerTlsTest : testing::Test {
    ServerTlsTest() {
        bench.clock.set_wall(today);
        EXPECT_TRUE(
            bench.server.use_certificate(issued(CertificateUse::server, authority), authority.certificate));
        const auto bound = bench.server.listen_tls("127.0.0.1", 0);
        EXPECT_TRUE(bound) << bound.error().text();
        port = bound.value_or(0);
    }
    KeyPair issued(CertificateUse use, const KeyPair& by, WallTime from = today - 1h) {
        return *certificates.issue(
            {.use = use,
             .common_name = use == CertificateUse::authority ? "authority" : "somebody",
             .organizations = {"a", "b"},
             .not_before = from,
             .not_after = from + 2h},
            by);
    }
    std::string who_is(std::optional<KeyPair> certificate, int version = 0) {
        RawClient client(bench.loop, port);
        if (!client.start_tls({.certificate = std::move(certificate), .highest_version = version}))
            return "no TLS";
        return client.get("/");
    }

    ServerBench bench{tell_who};
    OpensslCertificates certificates;
    KeyPair authority = issued(CertificateUse::authority, {});
    std::uint16_t port = 0;
};

TEST_F(ServerTlsTest, ACertificateIsNotDemanded) {
    EXPECT_EQ(who_is(std::nullopt), "nobody");
}

TEST_F(ServerTlsTest, TellsWhoTheClientIs) {
    EXPECT_EQ(who_is(issued(CertificateUse::client, authority)), "somebody,a,b");
    EXPECT_EQ(who_is(issued(CertificateUse::client, authority), TLS1_2_VERSION), "somebody,a,b");
}

TEST_F(ServerTlsTest, ACertificateThatDoesNotVerifyNamesNobody) {
    const KeyPair other = issued(CertificateUse::authority, {});
    for (const int version : {0, TLS1_2_VERSION}) {
        EXPECT_EQ(who_is(issued(CertificateUse::client, other), version), "refused") << "another authority";
        EXPECT_EQ(who_is(issued(CertificateUse::client, authority, today - 3h), version), "refused")
            << "expired";
        EXPECT_EQ(who_is(issued(CertificateUse::client, authority, today + 1h), version), "refused")
            << "not yet";
        EXPECT_EQ(who_is(issued(CertificateUse::server, authority), version), "refused") << "not for clients";
    }
}

TEST_F(ServerTlsTest, CertificatesAreJudgedByTheClock) {
    const KeyPair client = issued(CertificateUse::client, authority);
    EXPECT_EQ(who_is(client), "somebody,a,b");
    bench.clock.set_wall(today + 2h);
    EXPECT_EQ(who_is(client), "refused");
}

TEST_F(ServerTlsTest, SpeaksHttp1Only) {
    RawClient both(bench.loop, port);
    ASSERT_TRUE(both.start_tls({.protocols = {"h2", "http/1.1"}}));
    EXPECT_EQ(both.protocol(), "http/1.1");
    RawClient none(bench.loop, port);
    ASSERT_TRUE(none.start_tls({}));
    EXPECT_EQ(none.protocol(), "");
    RawClient h2(bench.loop, port);
    EXPECT_FALSE(h2.start_tls({.protocols = {"h2"}}));
}

TEST_F(ServerTlsTest, RefusesOldVersions) {
    EXPECT_EQ(who_is(std::nullopt, TLS1_1_VERSION), "no TLS");
    EXPECT_EQ(who_is(std::nullopt, TLS1_2_VERSION), "nobody");
    EXPECT_EQ(who_is(std::nullopt, TLS1_3_VERSION), "nobody");
}

TEST_F(ServerTlsTest, WhoSpeaksNoTlsGetsNothingFromTheHandler) {
    RawClient plain(bench.loop, port);
    plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    plain.read_all();
    EXPECT_EQ(bench.handler.calls, 0);
}

/// Sends a large answer for GET; otherwise gives the connection over and sends back what comes.
Task<void> send_much_or_upgrade(HttpExchange* exchange) {
    HttpReply reply{200, {}, std::string(3'000'000, 'x')};
    if (exchange->request().method == "GET") {
        co_await exchange->respond(std::move(reply));
        co_return;
    }
    const auto stream = co_await exchange->upgrade(std::move(reply));
    const Call call(MonotonicTime::max(), {});
    while (true) {
        auto bytes = co_await (*stream)->read(1000, call);
        if (!bytes || bytes->empty()) break;
        co_await (*stream)->write(*std::move(bytes), call);
    }
    co_await (*stream)->end(call);
}

TEST(ServerTls, CarriesLargeAnswersAndStreams) {
    ServerBench bench(send_much_or_upgrade);
    OpensslCertificates certificates;
    const CertificateSpec spec{.use = CertificateUse::authority, .common_name = "a", .not_after = today};
    const KeyPair pair = *certificates.issue(spec, {});
    ASSERT_TRUE(bench.server.use_certificate(pair, pair.certificate));
    const std::uint16_t port = *bench.server.listen_tls("127.0.0.1", 0);
    RawClient client(bench.loop, port);
    ASSERT_TRUE(client.start_tls({}));
    EXPECT_EQ(client.get("/").size(), 3'000'000U);
    client.send("POST / HTTP/1.1\r\nHost: h\r\n\r\nearly");
    client.read_until("\r\n\r\n");
    EXPECT_EQ(client.read_until("early"), "early");
    client.send(std::string(100'000, 'y') + "!");
    EXPECT_EQ(client.read_until("!").size(), 100'001U);
    RawClient idle(bench.loop, port);
    ASSERT_TRUE(idle.start_tls({}));
    client.end();
    EXPECT_EQ(client.read_all(), "");
    bench.stop();
    EXPECT_EQ(idle.read_all(), "");
}

TEST_F(ServerTlsTest, ARenewedCertificateIsForNewConnections) {
    const KeyPair other = issued(CertificateUse::authority, {});
    const KeyPair client = issued(CertificateUse::client, other);
    EXPECT_EQ(who_is(client), "refused");
    ASSERT_TRUE(bench.server.use_certificate(issued(CertificateUse::server, other), other.certificate));
    EXPECT_EQ(who_is(client), "somebody,a,b");
    EXPECT_EQ(bench.server.use_certificate({"x", "y"}, other.certificate).error().code, Code::invalid);
    EXPECT_EQ(who_is(client), "somebody,a,b");
}

TEST_F(ServerTlsTest, NamesWhereItCannotListen) {
    EXPECT_EQ(bench.server.listen_tls("localhost", 0).error().code, Code::invalid);
    EXPECT_EQ(bench.server.listen_tls("127.0.0.1", port).error().code, Code::conflict);
}

TEST(ServerTls, AHandshakeThatTakesTooLongIsDropped) {
    HttpServerOptions options = ServerBench::patient();
    options.handshake = 1ms;
    ServerBench bench(echo, options);
    OpensslCertificates certificates;
    const CertificateSpec spec{.use = CertificateUse::authority, .common_name = "a", .not_after = today};
    const KeyPair pair = *certificates.issue(spec, {});
    ASSERT_TRUE(bench.server.use_certificate(pair, pair.certificate));
    RawClient silent(bench.loop, *bench.server.listen_tls("127.0.0.1", 0));
    EXPECT_EQ(silent.read_all(), "");
}

/// Connects to the server, as somebody or as nobody.
std::unique_ptr<RawClient> guest(ServerBench& bench, std::uint16_t port,
                                 const RawClient::TlsSettings& settings = {}) {
    auto client = std::make_unique<RawClient>(bench.loop, port);
    EXPECT_TRUE(client->start_tls(settings));
    return client;
}

TEST(ServerTls, StrangersThatWaitKeepNobodyOut) {
    HttpServerOptions options = ServerBench::patient();
    options.connections = 3;
    options.strangers = 2;
    ServerBench bench(echo, options);
    OpensslCertificates certificates;
    const CertificateSpec spec{.use = CertificateUse::authority, .common_name = "a", .not_after = today};
    const KeyPair authority = *certificates.issue(spec, {});
    const CertificateSpec own{.use = CertificateUse::client, .common_name = "me", .not_after = today};
    const KeyPair pair = *certificates.issue(own, authority);
    ASSERT_TRUE(bench.server.use_certificate(authority, authority.certificate));
    const std::uint16_t port = *bench.server.listen_tls("127.0.0.1", 0);
    const auto known = guest(bench, port, {.certificate = pair});
    const auto first = guest(bench, port);
    const auto second = guest(bench, port);
    const auto third = guest(bench, port);
    EXPECT_EQ(first->read_all(), "") << "too many strangers";
    EXPECT_EQ(second->get("/2"), "GET /2 ");
    const auto fourth = guest(bench, port);
    EXPECT_EQ(third->read_all(), "") << "second has asked since";
    EXPECT_EQ(known->get("/k"), "GET /k ");
    EXPECT_EQ(fourth->get("/4"), "GET /4 ");
}

TEST(ServerTls, AStrangerIsWaitedForLessLong) {
    HttpServerOptions options = ServerBench::patient();
    options.stranger_idle = 1ms;
    ServerBench bench(echo, options);
    OpensslCertificates certificates;
    const CertificateSpec spec{.use = CertificateUse::authority, .common_name = "a", .not_after = today};
    const KeyPair pair = *certificates.issue(spec, {});
    ASSERT_TRUE(bench.server.use_certificate(pair, pair.certificate));
    const auto client = guest(bench, *bench.server.listen_tls("127.0.0.1", 0));
    EXPECT_EQ(client->read_all(), "");
    EXPECT_EQ(bench.client().get("/"), "GET / ") << "who comes through the socket is known";
}

}  // namespace
}  // namespace hooklet
