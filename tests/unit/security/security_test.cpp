// SPDX-License-Identifier: Apache-2.0
// Every answer has the right status, and nothing leaks: answer_to() looks for what is secret in each.
#include "guarded_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

const std::string secrets = "GET /api/v1/namespaces/default/secrets";

struct Security : testing::Test {
    GuardedServer server;
};

TEST_F(Security, WhoShowsNothingSeesHealthAndVersionOnly) {
    EXPECT_EQ(server.verdict("GET /livez"), "200");
    EXPECT_EQ(server.verdict("GET /version"), "200");
    EXPECT_EQ(
        server.verdict(secrets),
        R"(403 secrets is forbidden: User "system:anonymous" cannot list resource "secrets" in API group "" )"
        R"(in the namespace "default")");
    for (const char* path : {"/", "/api", "/apis", "/openapi/v2", "/openapi/v3", "/metrics"})
        EXPECT_THAT(server.verdict(std::string("GET ") + path), StartsWith("403")) << path;
}

TEST_F(Security, ACertificateThatIsNotGoodIsWorseThanNone) {
    const KeyPair other = server.issue({.use = CertificateUse::authority, .common_name = "authority"}, {});
    const KeyPair foreign = server.client_certificate("admin", {"system:masters"}, other);
    const WallTime past = server.clock.wall() - 2h;
    const KeyPair expired = server.issue({.use = CertificateUse::client,
                                          .common_name = "admin",
                                          .organizations = {"system:masters"},
                                          .not_before = past,
                                          .not_after = past + 1h},
                                         server.authority);
    const KeyPair of_a_server = server.issue(
        {.use = CertificateUse::server, .common_name = "admin", .organizations = {"system:masters"}},
        server.authority);
    for (const KeyPair& bad : {foreign, expired, of_a_server})
        for (const std::string& line : {secrets, std::string("GET /api")})
            EXPECT_EQ(server.verdict(line, "", bad), "401 Unauthorized");
}

TEST_F(Security, AWrongTokenIsRefused) {
    for (const char* token : {"Bearer bad", "Bearer ", "Bearer goo", "Bearer good0", "Basic Z29vZDo=", "good",
                              "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer a.b.c"}) {
        const std::string header = std::string("Authorization: ") + token + "\r\n";
        EXPECT_THAT(server.verdict(secrets, header), AnyOf(StartsWith("401"), StartsWith("403"))) << token;
    }
    EXPECT_EQ(server.verdict("GET /api", "Authorization: Bearer good\r\n"), "200");
}

TEST_F(Security, NobodyActsForOthersWhoMayNot) {
    const KeyPair somebody = server.client_certificate("somebody", {"people"});
    const std::string as_admin = "Impersonate-User: admin\r\nImpersonate-Group: system:masters\r\n";
    EXPECT_THAT(server.verdict(secrets, as_admin, somebody), StartsWith("403"));
    EXPECT_THAT(server.verdict(secrets, as_admin), StartsWith("403"));
    EXPECT_THAT(
        server.verdict(secrets, "X-Remote-User: admin\r\nX-Remote-Group: system:masters\r\n", somebody),
        StartsWith("403"));
}

TEST_F(Security, APodIsNotEnteredWithoutPermission) {
    const KeyPair somebody = server.client_certificate("somebody", {"people"});
    const std::string upgrade =
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n";
    for (const char* part :
         {"exec?command=sh&stdout=true", "attach?stdout=true", "portforward?ports=80", "log"}) {
        const std::string line = std::string("GET /api/v1/namespaces/default/pods/p/") + part;
        EXPECT_THAT(server.verdict(line, upgrade, somebody), StartsWith("403 pods \"p\" is forbidden"))
            << part;
        EXPECT_THAT(server.verdict(line, upgrade), StartsWith("403")) << part;
    }
}

TEST_F(Security, PathsDoNotClimb) {
    const KeyPair admin = server.administrator();
    const KeyPair somebody = server.client_certificate("somebody", {"people"});
    for (const char* path :
         {"/api/v1/namespaces/default/configmaps/../secrets/s",
          "/api/v1/namespaces/default/configmaps/..%2fsecrets%2fs",
          "/api/v1/namespaces/default/configmaps/%2e%2e/secrets/s",
          "/livez/../api/v1/namespaces/default/secrets/s", "/livez%2f..%2fapi",
          "/api/v1/namespaces/default/secrets/s%00", "/api/v1/namespaces/default/secrets/..",
          "/api/v1/namespaces/default/secrets/%2e", "/api/v1/namespaces/default/pods/p/log/../exec",
          "/version/../api/v1/secrets", "/api/v1/namespaces/default/pods/p/%2e%2e%2f%2e%2e/secrets/s"}) {
        for (const KeyPair& who : {admin, somebody})
            EXPECT_THAT(server.verdict(std::string("GET ") + path, "", who), StartsWith("4")) << path;
        EXPECT_THAT(server.verdict(std::string("DELETE ") + path, "", somebody), StartsWith("4")) << path;
    }
}

TEST_F(Security, NamesAreOnlyNames) {
    const KeyPair admin = server.administrator();
    for (const char* name : {"../s", "a/b", "..", ".", "a\\u0000b", "A", "a%2fb", ""}) {
        const std::string body = std::string(R"({"metadata":{"name":")") + name + "\"}}";
        const std::string answer = server.answer_to(
            "POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body,
            admin);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 422")) << name;
    }
}

TEST_F(Security, ABodyIsReadFromThoseOnlyWhoMaySendIt) {
    const std::string rest = "Content-Type: application/json\r\nContent-Length: 3000000\r\n";
    const std::string post = "POST /api/v1/namespaces/default/pods";
    const KeyPair other = server.issue({.use = CertificateUse::authority, .common_name = "authority"}, {});
    EXPECT_THAT(server.verdict(post, rest), StartsWith("403"));
    EXPECT_THAT(server.verdict(post, rest + "Expect: 100-continue\r\n"), StartsWith("403"));
    EXPECT_THAT(server.verdict(post, rest, server.client_certificate("admin", {"system:masters"}, other)),
                StartsWith("401"));
    EXPECT_THAT(server.verdict("POST /nothing", rest, server.client_certificate("somebody", {})),
                StartsWith("403"));
}

TEST_F(Security, NobodySendsMoreThanTheLimit) {
    const std::string post = "POST /api/v1/namespaces/default/pods";
    EXPECT_THAT(server.verdict(post, "Content-Length: 3145729\r\n", server.administrator()),
                StartsWith("413 Request entity too large: limit is 3145728"));
    const std::string chunked =
        post + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n";
    EXPECT_THAT(server.answer_to(chunked, server.administrator()), StartsWith("HTTP/1.1 413"));
}

TEST_F(Security, HeadersHaveALimit) {
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "A: 1234567890\r\n";
    EXPECT_THAT(server.verdict(secrets, many), StartsWith("431"));
    EXPECT_THAT(server.verdict(secrets, "A: " + std::string(70'000, 'x') + "\r\n"), StartsWith("431"));
    EXPECT_THAT(server.verdict("GET /" + std::string(70'000, 'x')), StartsWith("431"));
}

TEST_F(Security, ARequestHasOneBorder) {
    const std::string post = "POST /api/v1/namespaces/default/pods HTTP/1.1\r\nHost: h\r\n";
    const std::string hidden = "GET /api/v1/namespaces/default/secrets/s HTTP/1.1\r\nHost: h\r\n\r\n";
    for (const std::string headers :
         {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "Content-Length: 4\r\nContent-Length: 5\r\n",
          "Content-Length: 4, 5\r\n", "Content-Length: +4\r\n", "Content-Length: 0x4\r\n",
          "Content-Length : 4\r\n", "Transfer-Encoding : chunked\r\n", "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: chunked, identity\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Content-Length: 4\n",
          " Transfer-Encoding: chunked\r\n", "X: y\r\n\tContent-Length: 4\r\n", "Host: other\r\n"}) {
        const std::string answer = server.answer_to(post + headers + "\r\n" + hidden, server.administrator());
        EXPECT_THAT(answer, AnyOf(StartsWith("HTTP/1.1 400"), StartsWith("HTTP/1.1 501"))) << headers;
        EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos)
            << headers << " hides a second request: " << answer;
    }
    for (const std::string chunk : {"4 \r\nabcd\r\n0\r\n\r\n", "+4\r\nabcd\r\n0\r\n\r\n", "-1\r\n\r\n",
                                    "10000000000000000\r\nabcd", "4\nabcd\n0\n\n", "zz\r\n"}) {
        const std::string answer = server.answer_to(
            post + "Transfer-Encoding: chunked\r\n\r\n" + chunk + hidden, server.administrator());
        EXPECT_THAT(answer, AnyOf(StartsWith("HTTP/1.1 4"), StartsWith("HTTP/1.1 501"))) << chunk;
    }
}

TEST(SlowSecurity, WhoSendsByteAfterByteIsDropped) {
    HttpServerOptions options = ServerBench::patient();
    options.head = 1ms;
    GuardedServer head(options);
    EXPECT_EQ(head.answer_to("GET /livez HTTP/1.1\r\nHost: h\r\nA: "), "");
    options = ServerBench::patient();
    options.body = 1ms;
    GuardedServer body(options);
    EXPECT_EQ(body.answer_to(
                  "POST /api/v1/namespaces/default/pods HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{",
                  body.administrator()),
              "");
}

TEST(SlowSecurity, WhoConnectsAndSaysNothingIsDropped) {
    HttpServerOptions options = ServerBench::patient();
    options.handshake = 1ms;
    GuardedServer server(options);
    RawClient client(server.loop, server.port);
    EXPECT_EQ(client.read_all(), "");
}

}  // namespace
}  // namespace hooklet
