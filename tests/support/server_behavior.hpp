// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "ports/network.hpp"

#include <map>
#include <optional>
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

/// What a gRPC server answers to a health check.
struct HealthAnswer {
    GrpcHealth health{.serving_status = 1};
    Duration latency = std::chrono::milliseconds{1};
    bool never = false;  ///< Takes the request and stays silent.
};

/// A server behind one port.
struct ServerBehavior {
    Answer answer{};
    std::map<std::string, Answer> by_target{};  ///< Wins over `answer` for this path with query.
    bool tls = false;                           ///< Speaks HTTPS only.
    bool unreachable = false;                   ///< Packets are dropped: connecting hangs.
    /// Set: a gRPC server, which speaks no HTTP/1, and what it says of its services. It does not know others.
    std::optional<std::map<std::string, HealthAnswer>> grpc{};

    static ServerBehavior with_status(int status) { return {.answer = {.status = status}}; }
    /// A gRPC server with a status (HealthCheckResponse.ServingStatus) for itself as a whole.
    static ServerBehavior with_health(int serving_status) {
        ServerBehavior server;
        server.grpc.emplace()[""].health.serving_status = serving_status;
        return server;
    }
    static ServerBehavior silent() { return {.answer = {.never = true}}; }
    static ServerBehavior redirect(int status, std::string location) {
        return {.answer = {.status = status, .headers = {{"Location", std::move(location)}}}};
    }
};

}  // namespace hooklet::sim
