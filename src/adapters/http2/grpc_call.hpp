// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http2/http2_connection.hpp"
#include "base/gate.hpp"
#include "ports/clock.hpp"

#include <memory>
#include <optional>

namespace hooklet::http2 {

/// Runs the connection's two loops in the gate. They end with the connection.
void serve(Gate* gate, const std::shared_ptr<Http2Connection>& connection);

/// Makes the call and returns its outcome: Code::deadline at the deadline, the token's reason when cancelled.
/// The connection is served by someone.
Task<Status> run_call(std::shared_ptr<Http2Connection> connection, std::shared_ptr<Rpc> rpc, Clock* clock,
                      std::optional<MonotonicTime> deadline, CancelToken cancel);

}  // namespace hooklet::http2
