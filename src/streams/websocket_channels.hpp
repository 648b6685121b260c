// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "streams/byte_queue.hpp"
#include "streams/command_channels.hpp"
#include "streams/websocket_connection.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace hooklet {

/// A remote command over a WebSocket (API spec 6.2): each message begins with the number of its channel.
class WebSocketChannels final : public CommandChannels {
  public:
    /// All that is spoken, newest first; a client that asks for none gets `channel.k8s.io`.
    static constexpr std::array<std::string_view, 5> protocols{"v5.channel.k8s.io", "v4.channel.k8s.io",
                                                               "v4.base64.channel.k8s.io", "channel.k8s.io",
                                                               "base64.channel.k8s.io"};

    WebSocketChannels(Executor executor, Clock* clock, ByteStream* connection, std::string_view protocol,
                      CommandStreams streams);
    ~WebSocketChannels() override;

    /// Tells the client at once that it may write.
    Task<Status> start() override;
    ByteStream* stream(Channel channel) override;
    [[nodiscard]] CancelToken gone() const override { return gone_.token(); }
    Task<void> finish(CommandEnd end) override;

  private:
    class Input;
    class Output;
    Task<void> receive();
    Task<void> dispatch(std::string payload);
    Task<Status> send(Channel channel, std::string bytes);

    websocket::Connection connection_;
    CommandStreams streams_;
    bool half_close_;
    bool base64_;
    bool status_as_json_;
    ByteQueue stdin_;
    ByteQueue resize_;
    std::array<std::unique_ptr<ByteStream>, channel_count> channels_;
    CancelSource gone_;
    Gate gate_;
};

}  // namespace hooklet
