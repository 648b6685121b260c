// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hooklet {

/// Why a request gets no handler: the status and the text that the client is told. The connection cannot be
/// used any more.
struct HttpRefusal {
    int status = 400;
    std::string message;
    bool operator==(const HttpRefusal&) const = default;
};

/// Bytes that one request may have.
struct HttpRequestLimits {
    std::size_t head = 64UL * 1024;
    std::size_t body = 3UL * 1024 * 1024;
};

/// Reads the requests of one connection out of its bytes, one after the other, without I/O. Strict where
/// tolerance would let two readers of the same bytes see different requests: lines end in CRLF, a body has
/// one length (Content-Length or chunked, once), the target is a path, there is one Host. Requests of
/// HTTP/1.0 are read too, without chunks, upgrades and `Expect`, with or without a Host, one for each
/// connection.
class HttpRequestReader {
  public:
    explicit HttpRequestReader(HttpRequestLimits limits);
    ~HttpRequestReader();

    /// Takes the next bytes; with none it looks at what is left from before. After a refusal nothing else may
    /// be called.
    std::expected<void, HttpRefusal> feed(std::string_view bytes);
    /// Something of a request has come.
    [[nodiscard]] bool begun() const { return parser_ != nullptr || !buffer_.empty(); }
    [[nodiscard]] bool head_done() const { return parser_ != nullptr; }
    [[nodiscard]] bool done() const;
    /// The request without body and peer. Precondition: head_done().
    [[nodiscard]] const HttpServerRequest& head() const { return request_; }
    /// The client waits for `100 Continue` before it sends the body. Precondition: head_done().
    [[nodiscard]] bool expects_continue() const { return expects_continue_; }
    /// The connection may be used for another request after this one. Precondition: head_done().
    [[nodiscard]] bool keep_alive() const { return keep_alive_; }
    /// The client can read an answer in chunks: it does not speak HTTP/1.0. Precondition: head_done().
    [[nodiscard]] bool knows_chunks() const { return knows_chunks_; }
    /// The request, without its peer; the next one begins. Precondition: done().
    HttpServerRequest take();
    /// The bytes that came after the last request. Precondition: take() was the last call.
    std::string take_rest() { return std::exchange(buffer_, {}); }

  private:
    class Parser;
    std::expected<void, HttpRefusal> feed_head();
    std::expected<void, HttpRefusal> feed_body();

    HttpRequestLimits limits_;
    std::string buffer_;  ///< What was not taken yet.
    HttpServerRequest request_;
    bool expects_continue_ = false;
    bool keep_alive_ = true;
    bool knows_chunks_ = true;
    std::unique_ptr<Parser> parser_;  ///< Since the head is complete.
};

}  // namespace hooklet
