// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "streams/command_channels.hpp"
#include "streams/engine_connection.hpp"
#include "streams/log_filter.hpp"
#include "streams/spdy_session.hpp"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace hooklet {

/// A remote command that is under way: copies between a client and the engine until the command has ended or
/// either side has gone. What one side does not take is not read from the other.
class RemoteCommand {
  public:
    /// `client` outlives it.
    RemoteCommand(Executor executor, Clock* clock, CommandChannels* client, EngineConnection engine);

    /// Sends the client what was written before, once the engine has attached, then copies. Returns how the
    /// command ended. To be called once.
    Task<CommandEnd> run(CommandStreams streams, WrittenOutput before);

  private:
    Task<Status> open(CommandStreams streams);
    /// What was written before, then what the engine sends.
    Task<void> output(Channel channel, std::string before);
    Task<void> show_unshown();
    Task<void> copy(ByteStream* from, ByteStream* to, CancelToken cancel);
    Task<std::string> read_status();
    [[nodiscard]] ByteStream* engine(Channel channel) const {
        return channels_[static_cast<std::size_t>(channel)].get();
    }

    /// What was written before to a stream that has ended without a byte.
    struct Unshown {
        ByteStream* to;
        std::string text;
    };

    Clock* clock_;
    CommandChannels* client_;
    std::unique_ptr<ByteStream> connection_;
    std::string received_;
    spdy::Session session_;
    std::array<spdy::StreamPtr, channel_count> channels_;
    std::vector<Unshown> unshown_;
    CancelSource over_;
    Gate inputs_;
    Gate outputs_;
};

}  // namespace hooklet
