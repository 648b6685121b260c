// SPDX-License-Identifier: Apache-2.0
#include "streams/spdy_frame.hpp"

#include "streams/big_endian.hpp"
#include "streams/spdy_dictionary.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace hooklet::spdy {
namespace {

/// What the frames say, each in a line.
std::string story(std::string_view bytes, std::size_t piece) {
    Decoder decoder;
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        decoder.feed(bytes.substr(at, piece));
        while (true) {
            const auto frame = decoder.next();
            if (!frame) return text + frame.error().message + "\n";
            if (!*frame) break;
            if (const auto* syn = std::get_if<SynStream>(&**frame)) {
                text += "syn " + std::to_string(syn->stream);
                for (const HttpHeader& h : syn->headers) text += " " + h.name + "=" + h.value;
            } else if (const auto* reply = std::get_if<SynReply>(&**frame)) {
                text += "reply " + std::to_string(reply->stream);
            } else if (const auto* got = std::get_if<Data>(&**frame)) {
                text += "data " + std::to_string(got->stream) + " " + got->bytes + (got->fin ? " fin" : "");
            } else if (const auto* rst = std::get_if<Reset>(&**frame)) {
                text += "reset " + std::to_string(rst->stream);
            } else if (const auto* echo = std::get_if<Ping>(&**frame)) {
                text += "ping " + std::to_string(echo->id);
            } else {
                text += "go away";
            }
            text += "\n";
        }
    }
    return text;
}

std::string control(unsigned type, std::string_view payload, unsigned version = 3, unsigned flags = 0) {
    std::string frame;
    append_big_endian(frame, 0x8000 | version, 2);
    append_big_endian(frame, type, 2);
    append_big_endian(frame, flags, 1);
    append_big_endian(frame, payload.size(), 3);
    return frame.append(payload);
}

TEST(SpdyFrame, TheDictionaryIsTheProtocols) {
    const std::string dictionary = header_dictionary();
    EXPECT_EQ(dictionary.size(), 1423U);
    const auto* bytes = reinterpret_cast<const Bytef*>(dictionary.data());
    EXPECT_EQ(::adler32(::adler32(0, nullptr, 0), bytes, 1423), 0xe3c6a7c2U);
}

TEST(SpdyFrame, FramesComeOutAsTheyWereMade) {
    Encoder encoder;
    std::string bytes = encoder.syn_stream(1, {{"streamType", "error"}, {"port", "80"}});
    bytes += encoder.syn_stream(3, {{"streamtype", "data"}});
    bytes += encoder.syn_reply(1);
    bytes += data(3, "hello", false) + control(4, "settings") + control(9, "12345678") + data(3, "", true);
    bytes += reset(1, ResetStatus::cancel) + ping(7) + go_away(3);
    const std::string expected =
        "syn 1 streamtype=error port=80\nsyn 3 streamtype=data\nreply 1\ndata 3 hello\ndata 3  fin\n"
        "reset 1\nping 7\ngo away\n";
    EXPECT_EQ(story(bytes, bytes.size()), expected);
}

TEST(SpdyFrame, DataIsGivenOutAsItComes) {
    const std::string bytes = data(1, "abc", true);
    EXPECT_EQ(story(bytes, 1), "data 1 a\ndata 1 b\ndata 1 c fin\n");
    EXPECT_EQ(story(bytes, 9), "data 1 a\ndata 1 bc fin\n");
}

TEST(SpdyFrame, LaterHeadersKeepTheCompressionGoing) {
    Encoder encoder;
    const std::string syn = encoder.syn_stream(1, {{"streamtype", "data"}});
    // A HEADERS frame: its block must be read although nobody wants it.
    const std::string ignored = control(8, std::string(4, '\0') + encoder.syn_reply(1).substr(12));
    const std::string bytes = syn + ignored + encoder.syn_stream(3, {{"port", "8080"}});
    EXPECT_EQ(story(bytes, 5), "syn 1 streamtype=data\nsyn 3 port=8080\n");
}

TEST(SpdyFrame, WhatBreaksTheProtocolIsRefused) {
    Encoder encoder;
    Encoder huge;
    const std::string many_zeros(200'000, '\0');
    std::string lying_count;
    append_big_endian(lying_count, 0xffffffff, 4);
    Deflater deflater(header_dictionary());
    const std::string lying = control(1, std::string(10, '\0') + deflater.compress(lying_count));
    const struct {
        const char* what;
        std::string bytes;
        const char* message;
    } cases[]{
        {"version", control(6, "1234", 2), "SPDY: only version 3 is spoken\n"},
        {"short syn", control(1, "123456789"), "SPDY: a control frame is too short\n"},
        {"short ping", control(6, "123"), "SPDY: a control frame is too short\n"},
        {"long control", control(1, std::string(70'000, 'x')), "SPDY: a control frame is too long\n"},
        {"no zlib", control(1, "1234567890garbage"), "SPDY: the headers' compression is broken\n"},
        {"no block", control(2, "1234"), "SPDY: the headers are cut off\n"},
        {"bomb", huge.syn_stream(1, {{"x", many_zeros}}), "SPDY: too many headers\n"},
        {"lying count", lying, "SPDY: the headers are cut off\n"},
    };
    for (const auto& c : cases) EXPECT_EQ(story(c.bytes, 4096), c.message) << c.what;
}

}  // namespace
}  // namespace hooklet::spdy
