// SPDX-License-Identifier: Apache-2.0
#include "streams/upgrade.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<std::string_view, 2> supported{"v5.channel.k8s.io", "v4.channel.k8s.io"};

HttpServerRequest websocket_request() {
    return {"GET",
            "/exec",
            {{"Connection", "keep-alive, Upgrade"},
             {"upgrade", "WebSocket"},
             {"Sec-WebSocket-Version", "13"},
             {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}},
            {},
            {}};
}

std::string header(const HttpReply& reply, std::string_view name) {
    for (const HttpHeader& h : reply.headers) {
        if (h.name == name) return h.value;
    }
    return "(none)";
}

TEST(Upgrade, TheKeyIsAnsweredAsRfc6455Says) {
    EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Upgrade, TheClientsFirstKnownProtocolIsTaken) {
    HttpServerRequest request = websocket_request();
    request.headers.push_back({"Sec-WebSocket-Protocol", "v9.channel.k8s.io, v4.channel.k8s.io"});
    request.headers.push_back({"Sec-WebSocket-Protocol", "v5.channel.k8s.io"});
    const auto upgrade = accept_websocket(request, supported);
    ASSERT_TRUE(upgrade) << upgrade.error().text();
    EXPECT_EQ(upgrade->protocol, "v4.channel.k8s.io");
    EXPECT_EQ(upgrade->reply.status, 101);
    EXPECT_EQ(header(upgrade->reply, "Sec-WebSocket-Protocol"), "v4.channel.k8s.io");
    EXPECT_EQ(header(upgrade->reply, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Upgrade, AClientThatOffersNothingGetsNothing) {
    const auto upgrade = accept_websocket(websocket_request(), supported);
    ASSERT_TRUE(upgrade);
    EXPECT_EQ(upgrade->protocol, "");
    EXPECT_EQ(header(upgrade->reply, "Sec-WebSocket-Protocol"), "(none)");
}

TEST(Upgrade, WhatIsNoHandshakeIsRefused) {
    const struct {
        const char* header;
        const char* value;
        const char* message;
    } cases[]{
        {"Connection", "close", "Upgrade request required"},
        {"upgrade", "h2c", "Upgrade request required"},
        {"Sec-WebSocket-Version", "8", "must be 13"},
        {"Sec-WebSocket-Key", "c2hvcnQ=", "16 bytes"},
    };
    for (const auto& c : cases) {
        HttpServerRequest request = websocket_request();
        for (HttpHeader& h : request.headers) {
            if (h.name == c.header) h.value = c.value;
        }
        const auto upgrade = accept_websocket(request, supported);
        ASSERT_FALSE(upgrade) << c.header;
        EXPECT_THAT(upgrade.error().message, HasSubstr(c.message));
    }
    HttpServerRequest unknown = websocket_request();
    unknown.headers.push_back({"Sec-WebSocket-Protocol", "chat"});
    EXPECT_FALSE(accept_websocket(unknown, supported));
    HttpServerRequest post = websocket_request();
    post.method = "POST";
    EXPECT_FALSE(accept_websocket(post, supported));
}

TEST(Upgrade, SpdyChoosesAmongItsOwnHeaders) {
    HttpServerRequest request{"POST",
                              "/exec",
                              {{"Connection", "Upgrade"},
                               {"Upgrade", "SPDY/3.1"},
                               {"X-Stream-Protocol-Version", "v5.channel.k8s.io"},
                               {"X-Stream-Protocol-Version", "v4.channel.k8s.io"}},
                              {},
                              {}};
    constexpr std::array<std::string_view, 1> v4{"v4.channel.k8s.io"};
    const auto upgrade = accept_spdy(request, v4);
    ASSERT_TRUE(upgrade);
    EXPECT_EQ(header(upgrade->reply, "X-Stream-Protocol-Version"), "v4.channel.k8s.io");
    EXPECT_THAT(header_parts(request, "x-stream-protocol-version"),
                ElementsAre("v5.channel.k8s.io", "v4.channel.k8s.io"));
    request.headers.resize(3);
    EXPECT_EQ(accept_spdy(request, v4).error().code, Code::conflict);
}

}  // namespace
}  // namespace hooklet
