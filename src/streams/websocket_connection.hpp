// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/byte_stream.hpp"
#include "ports/clock.hpp"
#include "streams/serial_writer.hpp"
#include "streams/websocket_frame.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace hooklet::websocket {

/// The server's side of a WebSocket connection. One coroutine receives; any number sends.
class Connection {
  public:
    /// `stream` is past the handshake and outlives the connection.
    Connection(ByteStream* stream, Clock* clock) : stream_(stream), clock_(clock), writer_(stream) {}

    /// The next text or binary message. Pings that come before it are answered. Code::unavailable when the
    /// client has closed or is gone, Code::invalid when it broke the protocol (it was told); the token's
    /// reason.
    Task<Result<Message>> receive(CancelToken cancel);
    Task<Status> send(Opcode opcode, std::string payload);
    /// Says that it is over, waits a moment for the client's answer if somebody receives, and closes.
    Task<void> close(CloseCode code, std::string reason);
    /// Ends everything at once.
    void abort();

  private:
    Task<Result<Message>> ended(Error why, CloseCode code);
    /// nullopt: the message was for the connection itself.
    Task<Result<std::optional<Message>>> filter(Message message);
    Task<Result<std::string>> read(CancelToken cancel);

    ByteStream* stream_;
    Clock* clock_;
    SerialWriter writer_;
    Decoder decoder_;
    bool receiving_ = false;
    bool closing_ = false;
    Promise<Status> over_;
};

/// The bytes of a connection whose messages' borders mean nothing: the tunnel of port-forward, a log. The
/// client's messages are read, and what is written goes out as binary messages.
class Tunnel final : public ByteStream {
  public:
    Tunnel(ByteStream* stream, Clock* clock) : connection_(stream, clock) {}
    Task<Result<std::string>> read(std::size_t limit, Call call) override;
    Task<Status> write(std::string bytes, Call call) override;
    /// A WebSocket has no half-close: says that it is over, in both directions.
    Task<Status> end(Call call) override;
    /// end() will say that the server goes.
    void going_away() { good_bye_ = CloseCode::going_away; }
    void close() override { connection_.abort(); }

  private:
    Connection connection_;
    CloseCode good_bye_ = CloseCode::normal;
    std::string rest_;  ///< Of the last message.
};

}  // namespace hooklet::websocket
