// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/http_reply.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

constexpr WallTime answered_at =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::seconds{85090};
const std::string date = "Date: Fri, 20 Nov 2026 23:38:10 GMT\r\n";

TEST(HttpReply, SaysHowItIsFramed) {
    const HttpReply reply{200, {{"X-A", "b"}}, "hello"};
    EXPECT_EQ(http_reply_head(reply, HttpFraming::length, true, answered_at),
              "HTTP/1.1 200 OK\r\n" + date + "X-A: b\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(
        http_reply_head(reply, HttpFraming::chunked, false, answered_at),
        "HTTP/1.1 200 OK\r\n" + date + "X-A: b\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(http_reply_head(reply, HttpFraming::connection, false, answered_at),
              "HTTP/1.1 200 OK\r\n" + date + "X-A: b\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(
        http_reply_head({101, {{"Upgrade", "websocket"}}}, HttpFraming::upgrade, true, answered_at),
        "HTTP/1.1 101 Switching Protocols\r\n" + date + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    EXPECT_EQ(http_reply_head({304, {}}, HttpFraming::length, true, answered_at),
              "HTTP/1.1 304 Not Modified\r\n" + date + "\r\n");
}

TEST(HttpReply, NoHeaderCanBreakTheFrame) {
    const HttpReply reply{200,
                          {{"Content-Length", "7"},
                           {"transfer-encoding", "chunked"},
                           {"Connection", "keep-alive"},
                           {"Warning", "a\r\nSet-Cookie: b"},
                           {"Bad: name", "x"},
                           {"", "x"}},
                          ""};
    EXPECT_EQ(http_reply_head(reply, HttpFraming::length, true, answered_at),
              "HTTP/1.1 200 OK\r\n" + date + "Warning: a  Set-Cookie: b\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpReply, ABodyThatIsTooLargeIsAKubernetesStatus) {
    const HttpReply reply = reply_of({413, "Request entity too large: limit is 3145728"});
    EXPECT_EQ(reply.status, 413);
    EXPECT_EQ(reply.headers.front(), (HttpHeader{"Content-Type", "application/json"}));
    EXPECT_EQ(
        reply.body,
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
        R"("message":"Request entity too large: limit is 3145728","reason":"RequestEntityTooLarge","code":413})"
        "\n");
    EXPECT_EQ(reply_of({400, "400 Bad Request: why"}).body, "400 Bad Request: why");
}

}  // namespace
}  // namespace hooklet
