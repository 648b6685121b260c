// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/dialer.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hooklet {

/// Where the engine wants its streams to be connected.
struct EngineAddress {
    std::string host;  ///< Name or address, without brackets.
    std::uint16_t port = 0;
    std::string target;  ///< Path with query.
};
/// Reads `http://host:port/path`. Code::invalid for anything else.
Result<EngineAddress> parse_engine_url(const std::string& url);

/// What a connection to the engine is to speak.
struct EngineProtocol {
    std::string upgrade = "SPDY/3.1";  ///< Or `websocket`.
    std::string name{};  ///< Of the streams on it; empty: the WebSocket protocol without a name.
};

/// The request that asks the engine's streaming server for that protocol.
std::string upgrade_request(const EngineAddress& address, const EngineProtocol& protocol);

/// A connection to the engine that speaks the protocol from here on.
struct EngineConnection {
    std::unique_ptr<ByteStream> stream;
    std::string received;  ///< What came after the answer's head.
};
/// Code::unavailable `unable to upgrade connection: ...` when the engine refuses; else as Dialer::connect().
Task<Result<EngineConnection>> connect_engine(Dialer* dialer, std::string url, EngineProtocol protocol,
                                              Call call);

}  // namespace hooklet
