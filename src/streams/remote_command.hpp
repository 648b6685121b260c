// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "streams/attached_output.hpp"
#include "streams/command_channels.hpp"
#include "streams/engine_connection.hpp"
#include "streams/spdy_session.hpp"

#include <array>
#include <memory>
#include <string>

namespace hooklet {

/// A remote command that is under way: copies between a client and the engine until the command has ended or
/// either side has gone. What one side does not take is not read from the other.
class RemoteCommand {
  public:
    /// `client` outlives it.
    RemoteCommand(Executor executor, Clock* clock, CommandChannels* client, EngineConnection engine);

    /// The client gets all that the container has written since its start, out of the log at that path.
    /// Before run(); `files` outlive it.
    void begin_with_log(FileSystem* files, const std::string& path, CommandStreams streams);
    /// Returns how the command ended. To be called once.
    Task<CommandEnd> run(CommandStreams streams);

  private:
    Task<Status> open(CommandStreams streams);
    Task<void> output(Channel channel);
    /// Of outputs that ended while they were shown out of the log.
    Task<void> last_lines(bool attached);
    Task<void> copy(ByteStream* from, ByteStream* to, CancelToken cancel);
    Task<std::string> read_status();
    [[nodiscard]] ByteStream* engine(Channel channel) const {
        return channels_[static_cast<std::size_t>(channel)].get();
    }

    Clock* clock_;
    CommandChannels* client_;
    std::unique_ptr<ByteStream> connection_;
    std::string received_;
    spdy::Session session_;
    std::array<spdy::StreamPtr, channel_count> channels_;
    std::array<std::unique_ptr<AttachedOutput>, channel_count> from_log_;  ///< Those that are.
    CancelSource over_;
    Gate inputs_;
    Gate outputs_;
};

}  // namespace hooklet
