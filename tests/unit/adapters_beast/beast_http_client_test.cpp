// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/beast_http_client.hpp"

#include "adapters/openssl/openssl_certificates.hpp"
#include "server_bench.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2};

Task<Result<std::string>> exchange(HttpClient* client, HttpClientRequest request, Clock* clock) {
    const Call call = clock->call_within(1h);
    auto answer = co_await client->send(std::move(request), call);
    if (!answer) co_return std::unexpected(answer.error());
    std::string text = std::to_string((*answer)->status());
    while (true) {
        auto piece = co_await (*answer)->read(call);
        if (!piece) co_return std::unexpected(piece.error());
        if (piece->empty()) co_return text;
        text += " " + *piece;
    }
}

/// `200 body`, or the error.
std::string ask(ServerBench& bench, HttpEndpoint endpoint, HttpClientRequest request) {
    BeastHttpClient client(bench.loop.get_executor(), &bench.clock, std::move(endpoint));
    const auto text = run(bench.loop, exchange(&client, std::move(request), &bench.clock));
    return text ? *text : std::string(name(text.error().code)) + ": " + text.error().text();
}

TEST(BeastHttpClient, SpeaksThroughAUnixSocket) {
    ServerBench bench;
    const HttpEndpoint here{.socket = bench.folder.path("api.sock")};
    EXPECT_EQ(ask(bench, here, {.target = "/a?b=c"}), "200 GET /a?b=c ");
    EXPECT_EQ(ask(bench, here, {.method = "PATCH", .target = "/", .body = "text"}), "200 PATCH / text");
    EXPECT_EQ(ask(bench, here, {.target = "no path"}), "invalid: invalid request target");
    EXPECT_EQ(ask(bench, here, {.target = "/", .headers = {{"A", "b\r\nC: d"}}}),
              "invalid: invalid header \"A\"");
    EXPECT_EQ(ask(bench, {.socket = bench.folder.path("none")}, {.target = "/"}),
              "not_found: No such file or directory");
}

TEST(BeastHttpClient, ReadsAnAnswerAsItComes) {
    ServerBench bench([](HttpExchange* exchange) -> Task<void> {
        HttpReply head;
        co_await exchange->begin(std::move(head));
        co_await exchange->write("first");
        co_await exchange->write(std::string(100'000, 'x'));
        co_await exchange->finish();
    });
    const std::string text = ask(bench, {.socket = bench.folder.path("api.sock")}, {.target = "/"});
    EXPECT_EQ(text.substr(0, 9), "200 first");
    EXPECT_EQ(std::ranges::count(text, 'x'), 100'000);
}

TEST(BeastHttpClient, TheServerProvesWhoItIs) {
    ServerBench bench;
    bench.clock.set_wall(now);
    OpensslCertificates certificates;
    const auto issue = [&](CertificateUse use, const KeyPair& by) {
        return *certificates.issue(
            {.use = use,
             .common_name = use == CertificateUse::authority ? "authority" : "somebody",
             .dns_names = {"server.test"},
             .not_before = now - 1h,
             .not_after = now + 1h},
            by);
    };
    const KeyPair authority = issue(CertificateUse::authority, {});
    ASSERT_TRUE(
        bench.server.use_certificate(issue(CertificateUse::server, authority), authority.certificate));
    HttpEndpoint there{.host = "127.0.0.1",
                       .port = bench.server.listen_tls("127.0.0.1", 0).value(),
                       .authority = authority.certificate,
                       .server_name = "server.test",
                       .identity = issue(CertificateUse::client, authority)};
    EXPECT_EQ(ask(bench, there, {.target = "/"}), "200 GET / ");
    HttpEndpoint other = there;
    other.server_name = "other.test";
    EXPECT_TRUE(ask(bench, other, {.target = "/"}).starts_with("unavailable: tls: "));
    other.verify = false;
    EXPECT_EQ(ask(bench, other, {.target = "/"}), "200 GET / ");
    HttpEndpoint stranger = there;
    stranger.authority = issue(CertificateUse::authority, {}).certificate;
    EXPECT_TRUE(ask(bench, stranger, {.target = "/"}).starts_with("unavailable: tls: "));
    bench.clock.set_wall(now + 2h);
    EXPECT_TRUE(ask(bench, there, {.target = "/"}).starts_with("unavailable: tls: "));
}

}  // namespace
}  // namespace hooklet
