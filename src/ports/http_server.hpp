// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/byte_stream.hpp"
#include "ports/network.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// Who is at the other end of a connection, as far as the connection itself proves it.
struct HttpPeer {
    /// The subject of a client certificate that was verified against the server's client authority.
    struct Certificate {
        std::string common_name;
        std::vector<std::string> organizations;
    };
    std::string address;                     ///< `127.0.0.1:40112`; empty on a Unix socket.
    std::optional<Certificate> certificate;  ///< Only with TLS.
    bool certificate_refused = false;        ///< It showed one that does not verify.
    std::optional<std::uint32_t> user_id;    ///< Of the process at the other end of a Unix socket.
};

/// A request whose body was read whole. Header names compare without regard to case.
struct HttpServerRequest {
    std::string method;  ///< `GET`
    std::string target;  ///< Path and query as sent, still escaped.
    std::vector<HttpHeader> headers;
    std::string body;
    HttpPeer peer;

    /// The first header of that name, or empty.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// The head of an answer. Length, connection and transfer headers are the server's own business.
struct HttpReply {
    int status = 200;
    std::vector<HttpHeader> headers;
    std::string body{};  ///< Of a whole answer; begin() and upgrade() do not look at it.
};

/// One request that waits for its answer: exactly one of respond(), begin() or upgrade() is called, once. The
/// writes fail with Code::unavailable when the client has gone, Code::deadline when it reads too slowly, or
/// the token's reason.
class HttpExchange {
  public:
    virtual ~HttpExchange() = default;
    [[nodiscard]] virtual const HttpServerRequest& request() const = 0;
    /// Fires when the client is gone (Code::unavailable) or the server drains (Code::cancelled). Long answers
    /// end then.
    [[nodiscard]] virtual CancelToken gone() const = 0;
    /// Whether gone() has fired because the server drains: the client is there and can be told.
    [[nodiscard]] bool server_ends() const;

    /// The whole answer.
    virtual Task<Status> respond(HttpReply reply) = 0;
    /// Sends the head now; the body follows in pieces, each sent at once, until finish().
    virtual Task<Status> begin(HttpReply head) = 0;
    virtual Task<Status> write(std::string piece) = 0;
    virtual Task<Status> finish() = 0;
    /// Answers 101 with these headers and gives the connection over. The stream lives as long as the
    /// exchange.
    virtual Task<Result<ByteStream*>> upgrade(HttpReply head) = 0;
};

/// Answers requests. Called once for each, many at the same time; the exchange outlives the task. A request
/// that was not answered when the task returns gets status 500.
class HttpHandler {
  public:
    virtual ~HttpHandler() = default;
    virtual Task<void> handle(HttpExchange* exchange) = 0;
    /// Looks at a request whose body has not come yet. With an answer it ends there, the body unread, and its
    /// connection with it.
    virtual std::optional<HttpReply> turn_away(const HttpServerRequest& /*head*/) { return std::nullopt; }
};

}  // namespace hooklet
