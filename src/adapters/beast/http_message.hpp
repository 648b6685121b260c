// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/network.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hooklet {

/// The bytes of a GET: request line, Host, then the headers as they are. Fails with Code::invalid when a part
/// of the request cannot stand in a request (a line break in a header, a space in the target).
Result<std::string> http_request_bytes(const HttpRequest& request);

/// Reads one HTTP/1.x answer from the bytes of a connection, without I/O. As tolerant as Go's client where
/// simple servers differ from the letter: lines may end in LF alone, the reason phrase may be missing.
class HttpAnswerReader {
  public:
    /// Keeps `body_limit` bytes of the body, and is done when there are more.
    explicit HttpAnswerReader(std::size_t body_limit);
    ~HttpAnswerReader();

    /// Takes the next bytes. Fails with Code::unavailable when they are not HTTP; then nothing else may be
    /// called.
    Status feed(std::string_view bytes);
    /// The connection has ended. Fails with Code::unavailable when the headers are not complete; a body that
    /// ends early is truncated.
    Status end();
    /// Status and headers are complete; they stay with the reader.
    [[nodiscard]] bool has_head() const { return !in_head_; }
    /// Precondition: has_head().
    [[nodiscard]] const HttpResponse& head() const;
    /// What of the body has come since the last call; it does not count for the limit any more.
    std::string take_body();
    /// What came behind a complete answer: after status 101 the first bytes of the other protocol.
    std::string take_rest() { return std::exchange(buffer_, {}); }
    /// The answer is complete, or as much of it as is kept.
    [[nodiscard]] bool done() const;
    /// Precondition: done().
    HttpResponse take();

  private:
    class Parser;
    Status feed_head();
    Status feed_parser();

    std::size_t body_limit_;
    std::string buffer_;  ///< What the parser has not taken yet.
    bool in_head_ = true;
    std::size_t searched_ = 0;  ///< The head does not end before this in the buffer.
    std::unique_ptr<Parser> parser_;
};

}  // namespace hooklet
