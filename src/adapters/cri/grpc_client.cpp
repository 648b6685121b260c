// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/grpc_client.hpp"

#include "adapters/http2/grpc_call.hpp"
#include "base/fault_point.hpp"

#include <boost/asio/local/stream_protocol.hpp>

namespace hooklet::cri {

using http2::Http2Connection;
using http2::Rpc;

namespace {

/// containerd takes calls before its CRI plugin can serve them, and says so without a code.
Error as_meant(Error error) {
    if (error.code == Code::internal && error.message == "server is not initialized yet")
        error.code = Code::unavailable;
    return error;
}

/// Fails with unavailable when nobody listens there.
Result<Http2Connection::Socket> connect(const Executor& executor, const std::string& path) {
    asio::local::stream_protocol::socket socket(executor);
    boost::system::error_code error;
    socket.open({}, error);
    // So that a server that does not accept can't block the loop.
    if (!error) socket.non_blocking(true, error);
    if (!error) socket.connect(asio::local::stream_protocol::endpoint(path), error);
    if (error) return fail(Code::unavailable, "connect " + path + ": " + error.message());
    return socket;
}

}  // namespace

Result<std::shared_ptr<Http2Connection>> GrpcClient::connected() {
    if (connection_ && connection_->usable()) return connection_;
    auto socket = connect(gate_.executor(), path_);
    if (!socket) return std::unexpected(socket.error());
    // Where containerd keeps what it has made for CRI; its other services need to be told.
    http2::Http2Names names{"localhost", "hooklet", {{"containerd-namespace", "k8s.io"}}};
    connection_ = std::make_shared<Http2Connection>(*std::move(socket), std::move(names));
    http2::serve(&gate_, connection_);
    return connection_;
}

Task<Status> GrpcClient::run(std::shared_ptr<Rpc> rpc, std::optional<MonotonicTime> deadline,
                             CancelToken cancel) {
    const CancelToken stop = stopping_.token();
    if (cancel.cancelled()) co_return std::unexpected(cancel.reason());
    if (stop.cancelled()) co_return std::unexpected(stop.reason());
    auto connection = connected();
    if (!connection) co_return std::unexpected(connection.error());
    CancelSource either(cancel);
    const auto stopped = stop.on_cancel([&either, stop] { either.cancel(stop.reason()); });
    co_return co_await http2::run_call(*connection, rpc, clock_, deadline, either.token());
}

Result<std::string> socket_path(const std::string& endpoint) {
    constexpr std::string_view scheme = "unix://";
    std::string path = endpoint.starts_with(scheme) ? endpoint.substr(scheme.size()) : endpoint;
    // The kernel's limit for the path of a Unix socket, with its terminating zero.
    constexpr std::size_t longest_path = 107;
    if (!path.starts_with('/')) {
        return fail(Code::invalid, "container runtime endpoint \"" + endpoint + "\": expected unix:///PATH");
    }
    if (path.size() > longest_path) {
        return fail(Code::invalid, "container runtime endpoint \"" + endpoint + "\": path is longer than " +
                                       std::to_string(longest_path) + " bytes");
    }
    return path;
}

Task<Result<std::string>> GrpcClient::unary(std::string method, std::string request, Call call) {
    const auto response = std::make_shared<std::optional<std::string>>();
    const auto rpc = std::make_shared<Rpc>(
        method, request, [response](std::string message) { *response = std::move(message); });
    fault_point("before the call", method);
    auto outcome = co_await run(rpc, call.deadline, call.cancel);
    fault_point("after the call", method);
    if (!outcome) co_return std::unexpected(as_meant(std::move(outcome.error())));
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
