// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"
#include "ports/clock.hpp"

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

namespace hooklet {

/// A connected socket without Nagle's delay and with keep-alive. Errors: unavailable (refused, reset,
/// unreachable), not_found (host name), deadline, or the token's reason.
Task<Result<std::shared_ptr<asio::ip::tcp::socket>>> tcp_connect(Executor executor, Clock* clock,
                                                                 std::string host, std::uint16_t port,
                                                                 Call call);

}  // namespace hooklet
