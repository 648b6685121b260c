// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "streams/command_channels.hpp"
#include "streams/spdy_session.hpp"

#include <array>
#include <string_view>

namespace hooklet {

/// A remote command over SPDY/3.1 (API spec 6.3): one stream for each channel.
class SpdyChannels final : public CommandChannels {
  public:
    static constexpr std::array<std::string_view, 3> protocols{"v4.channel.k8s.io", "v3.channel.k8s.io",
                                                               "v2.channel.k8s.io"};

    SpdyChannels(Executor executor, Clock* clock, ByteStream* connection, std::string_view protocol,
                 CommandStreams streams);

    /// Waits up to 30 s for the client to open all streams.
    Task<Status> start() override;
    ByteStream* stream(Channel channel) override {
        return channels_[static_cast<std::size_t>(channel)].get();
    }
    [[nodiscard]] CancelToken gone() const override { return session_.closed(); }
    Task<void> finish(CommandEnd end) override;

  private:
    [[nodiscard]] bool complete() const;

    Clock* clock_;
    CommandStreams streams_;
    bool status_as_json_;
    spdy::Session session_;
    std::array<spdy::StreamPtr, channel_count> channels_;
};

}  // namespace hooklet
