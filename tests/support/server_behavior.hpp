// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "ports/network.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet::sim {

/// What an HTTP server answers to one kind of request.
struct Answer {
    int status = 200;
    std::string body{};
    std::vector<HttpHeader> headers{};
    Duration latency = std::chrono::milliseconds{1};
    bool never = false;  ///< Takes the request and stays silent.
};

/// A server behind one port.
struct ServerBehavior {
    Answer answer{};
    std::map<std::string, Answer> by_target{};  ///< Wins over `answer` for this path with query.
    bool tls = false;                           ///< Speaks HTTPS only.
    bool unreachable = false;                   ///< Packets are dropped: connecting hangs.

    static ServerBehavior with_status(int status) { return {.answer = {.status = status}}; }
    static ServerBehavior silent() { return {.answer = {.never = true}}; }
    static ServerBehavior redirect(int status, std::string location) {
        return {.answer = {.status = status, .headers = {{"Location", std::move(location)}}}};
    }
};

}  // namespace hooklet::sim
