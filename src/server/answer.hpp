// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"
#include "server/status.hpp"
#include "streams/reply.hpp"

#include <string>
#include <vector>

namespace hooklet::server {

/// Adds one Warning header for each text, once, within the API's bounds: 4096 characters together, and once
/// that is too little 256 for each.
void add_warnings(HttpReply& reply, const std::vector<std::string>& warnings);

/// Answers with the Status. A client that has gone is nobody's problem.
Task<void> respond(HttpExchange* exchange, ApiStatus status);
Task<void> respond(HttpExchange* exchange, HttpReply reply);

}  // namespace hooklet::server
