// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "base/signal.hpp"

#include <map>
#include <string>
#include <vector>

#include <boost/asio/local/stream_protocol.hpp>

struct nghttp2_session;

namespace hooklet::cri {

/// A gRPC server for one connection that answers every call with the same stream of messages and keeps it
/// open, or refuses it with a gRPC status.
class EventServer {
  public:
    EventServer(asio::io_context& loop, const std::string& path);
    EventServer(const EventServer&) = delete;
    EventServer& operator=(const EventServer&) = delete;
    ~EventServer();

    /// Sent to every call from now on; to be set before the first.
    std::vector<std::string> messages;
    /// When set, calls end at once with this gRPC status.
    std::string refusal;
    /// The paths that were called, in order.
    std::vector<std::string> called;

    Task<void> stop();

  private:
    struct Callbacks;
    Task<void> serve();
    Task<void> answer();
    void respond(std::int32_t stream);

    asio::local::stream_protocol::acceptor acceptor_;
    asio::local::stream_protocol::socket socket_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, std::string> bodies_;  ///< What is still to be sent, by stream.
    Gate gate_;
};

}  // namespace hooklet::cri
