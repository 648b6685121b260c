// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/beast/http_request_reader.hpp"
#include "base/time.hpp"
#include "ports/http_server.hpp"

#include <cstddef>
#include <string>

namespace hooklet {

/// How the end of an answer is known.
enum class HttpFraming {
    length,      ///< By the body's length.
    chunked,     ///< By the last chunk.
    connection,  ///< By the connection's: for clients of HTTP/1.0.
    upgrade,     ///< There is none: other bytes follow.
};

/// The head of an answer with its empty line. Headers that say how the answer is framed, and Date, are the
/// server's: those of `reply` are left out, but for Upgrade. Control characters in values become spaces, and
/// a header whose name is none is left out.
std::string http_reply_head(const HttpReply& reply, HttpFraming framing, bool keep_alive, WallTime now);

/// What a client is told whose request is refused: a Kubernetes Status when its body is too large (kubectl
/// shows the message), plain text otherwise.
HttpReply reply_of(const HttpRefusal& refusal);

/// One chunk of a chunked body. Precondition: the piece is not empty.
std::string http_chunk(std::string_view piece);

}  // namespace hooklet
