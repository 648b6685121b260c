// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/beast/beast_http_server.hpp"
#include "adapters/beast/http_exchange.hpp"
#include "adapters/beast/http_request_reader.hpp"
#include "adapters/beast/server_stream.hpp"
#include "adapters/beast/waiting_room.hpp"

#include <memory>
#include <optional>

namespace hooklet {

/// The requests of one connection, one after the other.
class HttpSession {
  public:
    struct Service {
        Clock* clock;
        HttpHandler* handler;
        const HttpServerOptions* options;
        WaitingRoom* strangers;
    };
    HttpSession(std::shared_ptr<ServerStream> stream, HttpPeer peer, Service service);

    /// Returns when the connection is closed, or can be.
    Task<void> run();
    /// What is under way may end; nothing new begins.
    void drain();

  private:
    /// Whether there is a request to be answered; if not, the connection is of no further use.
    Task<bool> read_request();
    /// Before the body is read: whether the handler wants it. If so, a client that waits for that is told.
    Task<bool> wants_body();
    Task<void> refuse(HttpReply reply);
    /// Whether there may be another request.
    Task<bool> answer();
    /// Ends the connection so that what was sent arrives: a client that still sends is read for a while.
    Task<void> leave();
    /// Until when the next bytes must come.
    [[nodiscard]] MonotonicTime patience();

    std::shared_ptr<ServerStream> stream_;
    HttpPeer peer_;
    Service service_;
    HttpRequestReader reader_;
    std::string rest_;  ///< What came behind the request that is being answered.
    BeastHttpExchange* exchange_ = nullptr;
    bool known_ = false;  ///< Who the client is.
    std::optional<WaitingRoom::Seat> seat_;
    bool draining_ = false;
    std::optional<MonotonicTime> head_until_;
    std::optional<MonotonicTime> body_until_;
};

}  // namespace hooklet
