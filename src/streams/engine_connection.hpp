// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/dialer.hpp"
#include "ports/network.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// Where the engine wants its streams to be connected.
struct EngineAddress {
    std::string host;  ///< Name or address, without brackets.
    std::uint16_t port = 0;
    std::string target;  ///< Path with query.
};
/// Reads `http://host:port/path`. Code::invalid for anything else.
Result<EngineAddress> parse_engine_url(const std::string& url);

/// The request that asks the engine's streaming server for SPDY/3.1 with that stream protocol.
std::string upgrade_request(const EngineAddress& address, std::string_view protocol);

/// The beginning of an HTTP answer.
struct AnswerHead {
    int status = 0;
    std::vector<HttpHeader> headers;
    std::size_t size = 0;  ///< Of the head in bytes, with its empty line.
};
/// nullopt: it is not whole yet. Code::invalid when it is no HTTP answer or longer than 16 KiB.
Result<std::optional<AnswerHead>> parse_answer_head(std::string_view bytes);

/// A connection to the engine that speaks SPDY from here on.
struct EngineConnection {
    std::unique_ptr<ByteStream> stream;
    std::string received;  ///< What came after the answer's head.
};
/// Code::unavailable `unable to upgrade connection: ...` when the engine refuses; else as Dialer::connect().
Task<Result<EngineConnection>> connect_engine(Dialer* dialer, std::string url, std::string protocol,
                                              Call call);

}  // namespace hooklet
