// SPDX-License-Identifier: Apache-2.0
#include "adapters/http2/grpc_health.hpp"

#include "adapters/http2/grpc_call.hpp"

#include <fmt/format.h>

namespace hooklet::http2 {

namespace {

// gRPC's status codes.
constexpr int deadline_exceeded = 4;
constexpr int internal = 13;
constexpr int unavailable = 14;

/// Takes one of protobuf's variable-length numbers from the front; nullopt when there is none.
std::optional<std::uint64_t> take_number(std::string_view& bytes) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U) return number;
    }
    return std::nullopt;
}

/// How many bytes the value of a field has that nobody asked for; nullopt when it has no known form.
std::optional<std::uint64_t> size_of_value(std::uint64_t wire_type, std::string_view& bytes) {
    if (wire_type == 1) return 8;
    if (wire_type == 2) return take_number(bytes);
    if (wire_type == 5) return 4;
    return std::nullopt;
}

std::string with_number(std::string bytes, std::uint64_t number) {
    for (; number >= 0x80U; number >>= 7U) bytes += static_cast<char>((number & 0x7FU) | 0x80U);
    return bytes += static_cast<char>(number);
}

/// Waits until the server speaks HTTP/2.
Task<Status> greeted(std::shared_ptr<Http2Connection> connection, Clock* clock, Call call) {
    const Promise<Status> ready = connection->ready();
    const Timer timer =
        clock->at(call.deadline, [ready] { ready.set(fail(Code::deadline, "deadline exceeded")); });
    const auto cancelled =
        call.cancel.on_cancel([ready, cancel = call.cancel] { ready.set(std::unexpected(cancel.reason())); });
    co_return co_await ready.get();
}

GrpcHealth answer_of(const Rpc& rpc, const Status& outcome, const std::string& response) {
    if (!rpc.status) {
        const bool late = outcome.error().code == Code::deadline;
        return {late ? deadline_exceeded : unavailable, outcome.error().message};
    }
    if (*rpc.status != 0) return {*rpc.status, rpc.message};
    const auto serving = serving_status_in(response);
    if (!serving) return {internal, "the server answered with something else than a HealthCheckResponse"};
    return {.serving_status = *serving};
}

Task<Result<GrpcHealth>> ask(std::shared_ptr<Http2Connection> connection, std::string service, Clock* clock,
                             Call call) {
    const Status ready = co_await greeted(connection, clock, call);
    if (!ready) co_return std::unexpected(ready.error());
    const auto response = std::make_shared<std::string>();
    const auto rpc =
        std::make_shared<Rpc>("/grpc.health.v1.Health/Check", health_request(service),
                              [response](std::string message) { *response = std::move(message); });
    const Status outcome = co_await run_call(connection, rpc, clock, call.deadline, call.cancel);
    if (!outcome && call.cancel.cancelled()) co_return std::unexpected(outcome.error());
    co_return answer_of(*rpc, outcome, *response);
}

}  // namespace

std::string health_request(std::string_view service) {
    constexpr char service_field = 0x0A;
    if (service.empty()) return {};
    return with_number(std::string(1, service_field), service.size()).append(service);
}

std::optional<int> serving_status_in(std::string_view response) {
    constexpr std::uint64_t status_key = 0x08;
    int status = 0;
    while (!response.empty()) {
        const auto key = take_number(response);
        if (!key) return std::nullopt;
        if ((*key & 7U) == 0) {
            const auto value = take_number(response);
            if (!value) return std::nullopt;
            if (*key == status_key) status = static_cast<int>(*value);
            continue;
        }
        const auto size = size_of_value(*key & 7U, response);
        if (!size || *size > response.size()) return std::nullopt;
        response.remove_prefix(*size);
    }
    return status;
}

Task<Result<GrpcHealth>> check_health(asio::ip::tcp::socket socket, GrpcHealthRequest request, Clock* clock,
                                      Call call) {
    const Executor executor = socket.get_executor();
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    Http2Names names;
    names.authority = fmt::format(fmt::runtime(request.host.contains(':') ? "[{}]:{}" : "{}:{}"),
                                  request.host, request.port);
    names.user_agent = request.user_agent;
    const auto connection = std::make_shared<Http2Connection>(std::move(socket), std::move(names));
    Gate gate(executor);
    serve(&gate, connection);
    Result<GrpcHealth> health = co_await ask(connection, request.service, clock, std::move(call));
    connection->close();
    co_await gate.close();
    co_return health;
}

}  // namespace hooklet::http2
