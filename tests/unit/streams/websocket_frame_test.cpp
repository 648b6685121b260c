// SPDX-License-Identifier: Apache-2.0
#include "streams/websocket_frame.hpp"

#include "unit/streams/websocket_client.hpp"

#include <gtest/gtest.h>

namespace hooklet::websocket {
namespace {

std::vector<Message> decoded(std::string_view bytes, std::size_t piece = 1 << 20) {
    Decoder decoder;
    std::vector<Message> messages;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        decoder.feed(bytes.substr(at, piece));
        while (true) {
            auto message = decoder.next();
            if (!message || !*message) break;
            messages.push_back(std::move(**message));
        }
    }
    return messages;
}

CloseCode refused(std::string_view bytes) {
    Decoder decoder{1000};
    decoder.feed(bytes);
    while (true) {
        const auto message = decoder.next();
        if (!message) return decoder.close_code();
        if (!*message) return CloseCode::normal;
    }
}

TEST(WebSocketFrame, LengthsHaveThreeForms) {
    EXPECT_EQ(encode(Opcode::binary, "abc"), std::string("\x82\x03"
                                                         "abc"));
    EXPECT_EQ(encode(Opcode::text, std::string(126, 'x')).substr(0, 4), std::string("\x81\x7e\x00\x7e", 4));
    EXPECT_EQ(encode(Opcode::binary, std::string(70000, 'x')).substr(0, 10),
              std::string("\x82\x7f\x00\x00\x00\x00\x00\x01\x11\x70", 10));
    EXPECT_EQ(close_payload(CloseCode::normal), std::string("\x03\xe8"));
    EXPECT_EQ(close_payload(CloseCode::failed, std::string(500, 'x')).size(), 125U);
}

TEST(WebSocketFrame, MessagesComeOutWholeHoweverTheirBytesArrive) {
    const std::string bytes = masked(Opcode::binary, "hello") + masked(Opcode::text, std::string(300, 'x')) +
                              masked(Opcode::binary, std::string(70000, 'y')) + masked(Opcode::ping, "");
    const std::vector<Message> expected{{Opcode::binary, "hello"},
                                        {Opcode::text, std::string(300, 'x')},
                                        {Opcode::binary, std::string(70000, 'y')},
                                        {Opcode::ping, ""}};
    EXPECT_EQ(decoded(bytes), expected);
    EXPECT_EQ(decoded(bytes, 1), expected);
    EXPECT_EQ(decoded(bytes, 4096), expected);
}

TEST(WebSocketFrame, ControlMessagesComeBetweenFragments) {
    const std::string bytes = masked(Opcode::binary, "one ", false) + masked(Opcode::ping, "p") +
                              masked(Opcode::continuation, "two ", false) +
                              masked(Opcode::continuation, "three");
    const std::vector<Message> expected{{Opcode::ping, "p"}, {Opcode::binary, "one two three"}};
    EXPECT_EQ(decoded(bytes), expected);
}

TEST(WebSocketFrame, WhatBreaksTheProtocolIsRefused) {
    using namespace std::string_literals;
    const std::string half_way = masked(Opcode::binary, "x", false);
    const struct {
        const char* what;
        std::string bytes;
        CloseCode code;
    } cases[]{
        {"not masked", encode(Opcode::binary, "x"), CloseCode::protocol_error},
        {"reserved bit", "\xc2\x80\0\0\0\0"s, CloseCode::protocol_error},
        {"unknown opcode", "\x83\x80\0\0\0\0"s, CloseCode::protocol_error},
        {"fragmented ping", masked(Opcode::ping, "", false), CloseCode::protocol_error},
        {"long ping", masked(Opcode::ping, std::string(126, 'x')), CloseCode::protocol_error},
        {"continuation of nothing", masked(Opcode::continuation, "x"), CloseCode::protocol_error},
        {"a message inside another", half_way + masked(Opcode::binary, "y"), CloseCode::protocol_error},
        {"too big", masked(Opcode::binary, std::string(1001, 'x')), CloseCode::too_big},
        {"too big in sum", half_way + masked(Opcode::continuation, std::string(1000, 'x')),
         CloseCode::too_big},
        {"absurd length", "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff"s, CloseCode::too_big},
        {"biggest", masked(Opcode::binary, std::string(1000, 'x')), CloseCode::normal},
    };
    for (const auto& c : cases) EXPECT_EQ(refused(c.bytes), c.code) << c.what;
}

TEST(WebSocketFrame, NothingIsDecodedAfterABreach) {
    Decoder decoder;
    decoder.feed(encode(Opcode::binary, "x") + masked(Opcode::binary, "y"));
    EXPECT_FALSE(decoder.next());
    EXPECT_FALSE(decoder.next());
}

TEST(WebSocketFrame, OfAClientAreMasked) {
    for (const std::size_t size : {3U, 126U, 70000U}) {
        const std::string payload(size, 'x');
        Decoder server;
        server.feed(encode_masked(Opcode::binary, payload, 0x01020304));
        const auto message = server.next();
        ASSERT_TRUE(message && *message);
        EXPECT_EQ((**message).payload, payload);
    }
    EXPECT_EQ(encode_masked(Opcode::text, "ab", 0x01020304),
              std::string("\x81\x82\x01\x02\x03\x04\x60\x60", 8));
}

TEST(WebSocketFrame, OfAServerAreNot) {
    Decoder client(1000, Sender::server);
    client.feed(encode(Opcode::binary, "x"));
    const auto message = client.next();
    ASSERT_TRUE(message && *message);
    EXPECT_EQ((**message).payload, "x");
    client.feed(encode_masked(Opcode::binary, "x", 1));
    EXPECT_EQ(client.next().error().message, "websocket: a frame is masked");
}

}  // namespace
}  // namespace hooklet::websocket
