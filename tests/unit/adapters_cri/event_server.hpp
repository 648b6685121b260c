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

/// A gRPC server for one connection that answers one method with a stream of messages and keeps it open, and
/// refuses others with a gRPC status.
class EventServer {
  public:
    EventServer(asio::io_context& loop, const std::string& path);
    EventServer(const EventServer&) = delete;
    EventServer& operator=(const EventServer&) = delete;
    ~EventServer();

    /// What is sent to calls of `stream`, a path; to be set before the first.
    std::vector<std::string> messages;
    std::string stream;
    /// With what the others are refused.
    std::string grpc_status = "12";
    std::string grpc_message;
    /// The paths that were called, in order.
    std::vector<std::string> called;

    Task<void> stop();

  private:
    struct Callbacks;
    Task<void> serve();
    Task<void> answer();
    void respond(std::int32_t number);

    asio::local::stream_protocol::acceptor acceptor_;
    asio::local::stream_protocol::socket socket_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, std::string> paths_;   ///< By stream.
    std::map<std::int32_t, std::string> bodies_;  ///< What is still to be sent, by stream.
    Gate gate_;
};

}  // namespace hooklet::cri
