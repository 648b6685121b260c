// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/call.hpp"
#include "ports/clock.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hooklet::http2 {
class Http2Connection;
struct Rpc;
}  // namespace hooklet::http2

namespace hooklet::cri {

/// The path in `unix:///path`, or in a bare absolute path. Fails with invalid when it is no such address.
Result<std::string> socket_path(const std::string& endpoint);

/// Calls to a gRPC server on a Unix socket, with messages as serialised bytes. Everything is on the loop; an
/// idle client does not wake up.
///
/// It speaks the protocol itself, on nghttp2: the timer threads of the gRPC library (1.51) wake up some ten
/// times a second for as long as a channel exists.
///
/// Errors carry the server's description. A call ends with Code::deadline at its deadline and with the
/// token's reason when cancelled. A lost connection is made again by the next call.
class GrpcClient {
  public:
    GrpcClient(const Executor& executor, Clock* clock, std::string socket_path)
        : clock_(clock), path_(std::move(socket_path)), gate_(executor) {}

    /// `method` is `/package.Service/Method`.
    Task<Result<std::string>> unary(std::string method, std::string request, Call call);
    /// Calls `on_message` from the loop for each message, and returns why the stream ended.
    Task<Status> stream(std::string method, std::string request, std::function<void(std::string)> on_message,
                        CancelToken cancel);

    /// Ends all calls as cancelled, refuses new ones and closes the connection. To be called once, before
    /// destruction.
    Task<void> stop();

  private:
    Result<std::shared_ptr<http2::Http2Connection>> connected();
    Task<Status> run(std::shared_ptr<http2::Rpc> rpc, std::optional<MonotonicTime> deadline,
                     CancelToken cancel);

    Clock* clock_;
    std::string path_;
    std::shared_ptr<http2::Http2Connection> connection_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet::cri
