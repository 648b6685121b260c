// SPDX-License-Identifier: Apache-2.0
#include "adapters/http2/grpc_call.hpp"

namespace hooklet::http2 {

namespace {

/// The server's own deadline is this much later than the loop's timer, which decides.
constexpr Duration server_margin = std::chrono::seconds{2};
/// Longer calls have no deadline at the server; adding to a time point could overflow.
constexpr Duration longest_timeout = std::chrono::hours{24 * 365};

// The connection is kept by the loops that serve it.
Task<void> serve_reads(std::shared_ptr<Http2Connection> connection) {
    co_await connection->read();
}
Task<void> serve_writes(std::shared_ptr<Http2Connection> connection) {
    co_await connection->write();
}

}  // namespace

void serve(Gate* gate, const std::shared_ptr<Http2Connection>& connection) {
    gate->spawn(serve_reads(connection));
    gate->spawn(serve_writes(connection));
}

Task<Status> run_call(std::shared_ptr<Http2Connection> connection, std::shared_ptr<Rpc> rpc, Clock* clock,
                      std::optional<MonotonicTime> deadline, CancelToken cancel) {
    const auto end_early = [rpc, connection](const Error& why) { connection->abandon(rpc, why); };
    Timer timer;
    if (deadline) {
        const Duration left = *deadline - clock->now();
        if (left < longest_timeout) rpc->timeout = timeout_text(left + server_margin);
        timer = clock->at(*deadline, [end_early] { end_early({Code::deadline, "deadline exceeded"}); });
    }
    connection->submit(rpc);
    const auto cancelled = cancel.on_cancel([end_early, cancel] { end_early(cancel.reason()); });
    co_return co_await rpc->done.get();
}

}  // namespace hooklet::http2
