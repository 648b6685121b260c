// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What turns an HTTP request into a connection of another protocol: decisions on headers alone.
namespace hooklet {

/// How the server answers an upgrade: 101 with `protocol`, the one that was chosen.
struct Upgrade {
    HttpReply reply;
    std::string protocol;
};

/// The comma-separated parts of all headers of that name, in order.
std::vector<std::string> header_parts(const HttpServerRequest& request, std::string_view name);

/// Whether the request asks for an upgrade to `protocol` (`websocket`, `SPDY/3.1`), in any case.
bool wants_upgrade(const HttpServerRequest& request, std::string_view protocol);

/// The key that answers `Sec-WebSocket-Key` (RFC 6455, 4.2.2).
std::string websocket_accept(std::string_view key);

/// The WebSocket handshake of RFC 6455. The protocol is the client's first that is in `supported`; a client
/// that offers none gets none (`protocol` is empty). Code::invalid: not a handshake of version 13;
/// Code::conflict: only protocols that nobody knows.
Result<Upgrade> accept_websocket(const HttpServerRequest& request,
                                 std::span<const std::string_view> supported);

/// The upgrade to SPDY/3.1 with `X-Stream-Protocol-Version`; the rules are those of accept_websocket().
Result<Upgrade> accept_spdy(const HttpServerRequest& request, std::span<const std::string_view> supported);

}  // namespace hooklet
