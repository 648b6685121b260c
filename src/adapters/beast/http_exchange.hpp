// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/beast/http_reply.hpp"
#include "adapters/beast/server_stream.hpp"
#include "ports/http_server.hpp"

#include <memory>
#include <string>

namespace hooklet {

/// One request and its answer on a connection that belongs to a session.
class BeastHttpExchange final : public HttpExchange {
  public:
    struct Terms {
        Clock* clock;
        Duration write_timeout;  ///< For each piece of an answer, of up to 256 KiB.
        bool keep_alive;         ///< The connection may be used after this.
        bool knows_chunks;       ///< The client does; otherwise keep_alive is false.
    };
    /// `rest`: what came behind the request; it becomes the beginning of the stream after upgrade(), and is
    /// the session's otherwise.
    BeastHttpExchange(ServerStream* stream, HttpServerRequest request, std::string* rest, Terms terms);

    [[nodiscard]] const HttpServerRequest& request() const override { return request_; }
    [[nodiscard]] CancelToken gone() const override { return gone_.token(); }
    /// The answer's; 0 before it.
    [[nodiscard]] int status() const { return status_; }
    Task<Status> respond(HttpReply reply) override;
    Task<Status> begin(HttpReply head) override;
    Task<Status> write(std::string piece) override;
    Task<Status> finish() override;
    Task<Result<ByteStream*>> upgrade(HttpReply head) override;

    /// The server ends: gone() fires, and the connection is not used again.
    void drain();
    /// The handler has returned: whether the connection can be used for another request. An answer that is
    /// missing becomes status 500; one that has no end closes the connection, so that the client sees it.
    Task<bool> conclude();

  private:
    enum class State { waiting, streaming, answered, upgraded };
    /// From that byte on.
    Task<Status> send(std::string bytes, std::size_t from = 0);
    [[nodiscard]] std::string head_of(const HttpReply& reply, HttpFraming framing) const;
    [[nodiscard]] bool is_head() const { return request_.method == "HEAD"; }

    ServerStream* stream_;
    HttpServerRequest request_;
    std::string* rest_;
    Terms terms_;
    CancelSource gone_;
    State state_ = State::waiting;
    int status_ = 0;
};

}  // namespace hooklet
