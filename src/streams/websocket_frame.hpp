// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The frames of RFC 6455, version 13, without extensions.
namespace hooklet::websocket {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// A whole message: its fragments put together.
struct Message {
    Opcode opcode = Opcode::binary;
    std::string payload;
    bool operator==(const Message&) const = default;
};

/// RFC 6455, 7.4.1.
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    too_big = 1009,
    failed = 1011
};

/// A server's message as one frame.
std::string encode(Opcode opcode, std::string_view payload);
/// A client's message as one frame, masked with these four random bytes.
std::string encode_masked(Opcode opcode, std::string_view payload, std::uint32_t mask);
/// `reason` is cut to what a control frame can hold.
std::string close_payload(CloseCode code, std::string_view reason = {});

/// Who sends what is decoded: clients mask their frames, servers do not.
enum class Sender : std::uint8_t { client, server };

/// Makes messages out of the bytes that the other side sends. Keeps at most one message of `limit` bytes and
/// what was fed since.
class Decoder {
  public:
    explicit Decoder(std::size_t limit = 1 << 20, Sender sender = Sender::client)
        : limit_(limit), masked_(sender == Sender::client) {}
    void feed(std::string_view bytes) { input_ += bytes; }
    /// nullopt: more bytes are needed. Control messages come between the fragments of others. Code::invalid
    /// when the sender breaks the protocol; close_code() says how, and nothing is decoded any more.
    Result<std::optional<Message>> next();
    [[nodiscard]] CloseCode close_code() const { return close_code_; }

  private:
    struct Frame;
    Result<std::optional<Frame>> next_frame();
    [[nodiscard]] Result<std::optional<Message>> take(Frame frame);
    std::unexpected<Error> broken(std::string why, CloseCode code = CloseCode::protocol_error);

    std::size_t limit_;
    bool masked_;
    std::string input_;
    std::optional<Message> partial_;
    CloseCode close_code_ = CloseCode::normal;
};

}  // namespace hooklet::websocket
