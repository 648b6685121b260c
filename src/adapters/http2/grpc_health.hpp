// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/network.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

namespace hooklet::http2 {

/// grpc.health.v1.Health/Check over a connected socket, as Network::grpc_health_check has it.
Task<Result<GrpcHealth>> check_health(asio::ip::tcp::socket socket, GrpcHealthRequest request, Clock* clock,
                                      Call call);

/// The bytes of a HealthCheckRequest.
std::string health_request(std::string_view service);
/// The status in a HealthCheckResponse; nullopt when the bytes are none.
std::optional<int> serving_status_in(std::string_view response);

}  // namespace hooklet::http2
