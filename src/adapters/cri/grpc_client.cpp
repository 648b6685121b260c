// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/grpc_client.hpp"

#include "adapters/cri/http2_connection.hpp"

namespace hooklet::cri {

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

Result<std::shared_ptr<Http2Connection>> GrpcClient::connected() {
    if (connection_ && connection_->usable()) return connection_;
    auto opened = Http2Connection::open(gate_.executor(), path_);
    if (!opened) return opened;
    connection_ = *opened;
    gate_.spawn(serve_reads(connection_));
    gate_.spawn(serve_writes(connection_));
    return connection_;
}

Task<Status> GrpcClient::run(std::shared_ptr<Rpc> rpc, std::optional<MonotonicTime> deadline,
                             CancelToken cancel) {
    const CancelToken stop = stopping_.token();
    if (cancel.cancelled()) co_return std::unexpected(cancel.reason());
    if (stop.cancelled()) co_return std::unexpected(stop.reason());
    auto connection = connected();
    if (!connection) co_return std::unexpected(connection.error());
    const auto end_early = [rpc, link = *connection](const Error& why) { link->abandon(rpc, why); };
    Timer timer;
    if (deadline) {
        const Duration left = *deadline - clock_->now();
        if (left < longest_timeout) rpc->timeout = timeout_text(left + server_margin);
        timer = clock_->at(*deadline, [end_early] { end_early({Code::deadline, "deadline exceeded"}); });
    }
    (*connection)->submit(rpc);
    const auto cancelled = cancel.on_cancel([end_early, cancel] { end_early(cancel.reason()); });
    const auto stopped = stop.on_cancel([end_early, stop] { end_early(stop.reason()); });
    co_return co_await rpc->done.get();
}

Task<Result<std::string>> GrpcClient::unary(std::string method, std::string request, Call call) {
    const auto response = std::make_shared<std::optional<std::string>>();
    const auto rpc = std::make_shared<Rpc>(
        std::move(method), request, [response](std::string message) { *response = std::move(message); });
    auto outcome = co_await run(rpc, call.deadline, call.cancel);
    if (!outcome) co_return std::unexpected(std::move(outcome.error()));
    if (!*response) co_return fail(Code::internal, "the server answered without a message");
    co_return std::move(**response);
}

Task<Status> GrpcClient::stream(std::string method, std::string request,
                                std::function<void(std::string)> on_message, CancelToken cancel) {
    const auto rpc = std::make_shared<Rpc>(std::move(method), request, std::move(on_message));
    co_return co_await run(rpc, std::nullopt, std::move(cancel));
}

Task<void> GrpcClient::stop() {
    stopping_.cancel({Code::cancelled, "the runtime client is stopping"});
    if (connection_) connection_->close();
    co_await gate_.close();
}

}  // namespace hooklet::cri
