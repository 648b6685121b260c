// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "ports/byte_stream.hpp"
#include "streams/command_end.hpp"

#include <cstdint>
#include <string_view>

namespace hooklet {

/// The channels of a remote command, numbered as on a WebSocket.
enum class Channel : std::uint8_t { stdin_ = 0, stdout_ = 1, stderr_ = 2, error = 3, resize = 4 };
inline constexpr std::size_t channel_count = 5;

/// The name of the channel's stream in SPDY.
std::string_view stream_type(Channel channel);

/// Which channels a remote command has.
struct CommandStreams {
    bool stdin_ = false;
    bool stdout_ = false;
    bool stderr_ = false;
    bool tty = false;
    /// The error channel is always there, resize with a terminal.
    [[nodiscard]] bool has(Channel channel) const;
    bool operator==(const CommandStreams&) const = default;
};

/// The client's side of a remote command, whatever protocol it came with.
class CommandChannels {
  public:
    virtual ~CommandChannels() = default;
    /// Begins to read and returns when the channels can be used. To be called once; after a failure only
    /// finish() may be.
    virtual Task<Status> start() = 0;
    /// nullptr when the client did not ask for it. stdin and resize are read, stdout and stderr written.
    /// resize carries JSON texts `{"Width":w,"Height":h}` one after the other.
    virtual ByteStream* stream(Channel channel) = 0;
    /// Fires when the client has gone.
    [[nodiscard]] virtual CancelToken gone() const = 0;
    /// Tells how the command ended and closes the connection. To be called once, also when the client has
    /// gone; returns when nothing is running any more.
    virtual Task<void> finish(CommandEnd end) = 0;
};

}  // namespace hooklet
