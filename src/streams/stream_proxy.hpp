// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"
#include "ports/dialer.hpp"
#include "ports/file_system.hpp"
#include "ports/http_server.hpp"
#include "streams/command_channels.hpp"
#include "streams/command_options.hpp"
#include "streams/engine_connection.hpp"
#include "streams/upgrade.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace hooklet {

/// One running container, as exec and attach need to know it.
struct CommandTarget {
    std::string container;     ///< Its name, for messages.
    std::string container_id;  ///< The engine's; empty when it is not running.
    bool stdin_ = false;       ///< The container's own settings, which attach has to follow.
    bool tty = false;
    std::string log{};  ///< What it wrote, for attach to begin with; empty: only what comes.
};

/// Exec, attach and port-forward: turns a request into a connection between its client and the engine, over
/// WebSocket or SPDY/3.1 (API spec 6). Each function answers the exchange and returns when all is over: the
/// command has ended, the connection is closed, or either side has gone.
class StreamProxy {
  public:
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        cri::StreamingRuntime* runtime = nullptr;
        Dialer* dialer = nullptr;
        FileSystem* files = nullptr;  ///< With the logs of those who attach.
    };
    explicit StreamProxy(Ports ports) : ports_(std::move(ports)) {}

    Task<void> exec(HttpExchange* exchange, CommandTarget target, CommandOptions options);
    Task<void> attach(HttpExchange* exchange, CommandTarget target, CommandOptions options);
    /// `ports` are those of the query, which only WebSockets with channels need: without any they get 400.
    Task<void> port_forward(HttpExchange* exchange, std::string sandbox_id, std::vector<std::int32_t> ports);

  private:
    /// What the engine is asked for.
    using Wanted = std::variant<cri::ExecRequest, cri::AttachRequest, cri::PortForwardRequest>;
    Task<Result<std::string>> url_of(Wanted wanted, Call call);
    Task<Result<EngineConnection>> connect(Wanted wanted, EngineProtocol protocol, CancelToken gone);
    Task<void> command(HttpExchange* exchange, CommandTarget target, CommandStreams streams, Wanted wanted);
    Task<void> talk(HttpExchange* exchange, Upgrade upgrade, CommandStreams streams, EngineConnection engine,
                    std::string log);
    Task<void> splice(HttpExchange* exchange, Upgrade upgrade, EngineConnection engine);
    std::unique_ptr<CommandChannels> channels_for(const Upgrade& upgrade, CommandStreams streams,
                                                  ByteStream* connection) const;

    Ports ports_;
};

}  // namespace hooklet
