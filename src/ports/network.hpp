// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/call.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hooklet {

struct HttpHeader {
    std::string name;
    std::string value;
    bool operator==(const HttpHeader&) const = default;
};

/// One GET. Proxies from the environment are never used and certificates are not checked (lifecycle hooks and
/// probes talk to containers, as the kubelet does).
struct HttpRequest {
    bool tls = false;
    std::string host;  ///< Name or address, without brackets.
    std::uint16_t port = 80;
    std::string target = "/";  ///< Path with query, already escaped.
    std::vector<HttpHeader>
        headers;  ///< Sent as they are, in order; a `Host` entry replaces the default one.
    std::size_t body_limit =
        10 * 1024;  ///< Bytes of the body to keep; the connection is dropped beyond them.
};

struct HttpResponse {
    int status = 0;
    std::vector<HttpHeader> headers;
    std::string body;             ///< At most body_limit bytes.
    bool body_truncated = false;  ///< There was more, or the connection ended before the body did.
};

/// One call of grpc.health.v1.Health/Check without TLS.
struct GrpcHealthRequest {
    std::string host;  ///< Name or address, without brackets.
    std::uint16_t port = 0;
    std::string service;  ///< Empty asks for the server as a whole.
    std::string user_agent;
};

/// What the server said, once there was a connection.
struct GrpcHealth {
    int grpc_status = 0;       ///< Of the call, as gRPC numbers them: 0 is OK.
    std::string grpc_message;  ///< What comes with a status that is not OK.
    int serving_status = 0;    ///< With OK, HealthCheckResponse.ServingStatus: 1 is SERVING.
};

/// Connections from the agent to containers.
class Network {
  public:
    virtual ~Network() = default;
    /// Sends one request on a new connection and reads the answer; no redirect is followed. Code::conflict
    /// means that a TLS handshake was answered in plain HTTP. Other errors: unavailable (refused, reset,
    /// unreachable, not HTTP), not_found (host name), deadline, cancelled. Messages are short: `connection
    /// refused`.
    virtual Task<Result<HttpResponse>> http_get(HttpRequest request, Call call) = 0;
    /// Opens a TCP connection and closes it.
    virtual Task<Status> tcp_connect(std::string host, std::uint16_t port, Call call) = 0;
    /// Asks a gRPC server for its health on a new connection. Fails while there is no connection: unavailable
    /// (refused, reset, unreachable, not HTTP/2), not_found (host name), deadline, cancelled. After that
    /// whatever ends the call but a cancellation is an answer: a spent deadline is DEADLINE_EXCEEDED (4), a
    /// lost connection UNAVAILABLE (14).
    virtual Task<Result<GrpcHealth>> grpc_health_check(GrpcHealthRequest request, Call call) = 0;
};

}  // namespace hooklet
