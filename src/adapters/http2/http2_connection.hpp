// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http2/grpc_message.hpp"
#include "base/promise.hpp"
#include "base/signal.hpp"
#include "base/task.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/generic/stream_protocol.hpp>

struct nghttp2_session;

namespace hooklet::http2 {

/// One gRPC call on a connection: what is sent, and what has come back of it.
struct Rpc {
    Rpc(std::string path_, std::string_view request, std::function<void(std::string)> listener);

    std::string path;                    ///< `/package.Service/Method`
    std::optional<std::string> timeout;  ///< For the server, as `grpc-timeout`.
    std::string body;
    std::size_t sent = 0;
    MessageReader reader;
    std::function<void(std::string)> on_message;
    std::optional<int> status;
    std::string message;
    std::int32_t stream = 0;
    Promise<Status> done;
};

/// What the requests on a connection say of both ends.
struct Http2Names {
    std::string authority;
    std::string user_agent;
    std::vector<std::pair<std::string, std::string>> metadata{};  ///< Sent with each call.
};

/// An HTTP/2 connection that carries gRPC calls, without TLS. Everything happens on the loop. It ends when
/// the peer closes it or close() is called; calls under way fail as unavailable then.
class Http2Connection {
  public:
    using Socket = asio::generic::stream_protocol::socket;
    /// `socket` is connected, a TCP or a Unix one.
    Http2Connection(Socket socket, Http2Names names);
    Http2Connection(const Http2Connection&) = delete;
    Http2Connection& operator=(const Http2Connection&) = delete;
    ~Http2Connection();

    /// Set when the server has shown that it speaks HTTP/2; fails with unavailable when the connection ends
    /// before that.
    [[nodiscard]] const Promise<Status>& ready() const { return ready_; }
    /// Whether new calls may be started.
    [[nodiscard]] bool usable() const;
    /// Sends the call; its `done` is set when it has ended.
    void submit(const std::shared_ptr<Rpc>& rpc);
    /// Ends the call with this error, here and at the server. No effect when it has ended.
    void abandon(const std::shared_ptr<Rpc>& rpc, Error why);
    void close();

    // Both run until the connection has ended, each once, beside each other.
    Task<void> read();
    Task<void> write();

  private:
    struct Callbacks;
    friend struct Callbacks;
    void finish(std::int32_t stream, Status outcome);
    [[nodiscard]] std::string pending_output();

    Socket socket_;
    Http2Names names_;
    Promise<Status> ready_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, std::shared_ptr<Rpc>> rpcs_;
    Signal output_;
    bool open_ = true;
};

}  // namespace hooklet::http2
