// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "client/api_client.hpp"
#include "ports/byte_stream.hpp"
#include "ports/console.hpp"
#include "ports/random.hpp"
#include "streams/serial_writer.hpp"
#include "streams/websocket_frame.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace hooklet::client {

/// How a remote command ended: its exit code, or why there is none.
Result<int> exit_code_of(std::string_view status);

/// What a remote command is connected to.
struct CommandEnds {
    Console* console = nullptr;  ///< nullptr: no standard input.
    bool tty = false;
    std::function<void(std::string_view)> out{};
    std::function<void(std::string_view)> err{};
};

/// The client's side of a remote command over a WebSocket (v5.channel.k8s.io, API spec 6.2).
class RemoteCommand {
  public:
    /// All outlive it. `stream` is past the handshake.
    struct Ports {
        Executor executor;
        ByteStream* stream = nullptr;
        Random* random = nullptr;
        CancelToken cancel{};
    };
    RemoteCommand(Ports ports, CommandEnds ends);

    /// The headers that ask for it.
    static std::vector<HttpHeader> handshake(Random& random);
    /// Returns the command's exit code, or why it has none.
    Task<Result<int>> run();

  private:
    Task<void> send_input();
    void send_size();
    Task<void> write(std::string payload);
    Task<Status> write_frame(websocket::Opcode opcode, std::string payload);
    Task<Result<int>> receive();
    /// Returns the end of the command when this message tells it.
    std::optional<Result<int>> take(const websocket::Message& message);

    Ports ports_;
    CommandEnds ends_;
    SerialWriter writer_;
    websocket::Decoder decoder_;
    CancelSource over_;
    Gate gate_;
};

}  // namespace hooklet::client
