// SPDX-License-Identifier: Apache-2.0
#include "probes/go_texts.hpp"

#include "api/issue.hpp"
#include "lifecycle/http_action.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::go_text {

namespace {

/// The errors that only connecting has; what is lost later is reset or ends.
constexpr std::array<std::string_view, 5> connect_errors{"connection refused", "no route to host",
                                                         "network is unreachable", "connection timed out",
                                                         "host is down"};

constexpr std::array<std::string_view, 17> status_names{
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};
constexpr int deadline_exceeded = 4;
constexpr int unimplemented = 12;

constexpr std::array<std::string_view, 4> serving_names{"UNKNOWN", "SERVING", "NOT_SERVING",
                                                        "SERVICE_UNKNOWN"};
constexpr int serving = 1;

template <std::size_t N>
std::string name_of(const std::array<std::string_view, N>& names, int number, std::string_view otherwise) {
    const auto index = static_cast<std::size_t>(number);
    return number >= 0 && index < N ? std::string(names[index])
                                    : fmt::format(fmt::runtime(otherwise), number);
}

bool is_of_connecting(const Error& error) {
    return error.code == Code::not_found ||
           std::ranges::find(connect_errors, error.message) != connect_errors.end();
}

}  // namespace

std::string host_port(const std::string& host, std::uint16_t port) {
    return fmt::format(fmt::runtime(host.contains(':') ? "[{}]:{}" : "{}:{}"), host, port);
}

std::string dial(const std::string& host, std::uint16_t port, const Error& error) {
    if (error.code == Code::not_found) return fmt::format("dial tcp: lookup {}: {}", host, error.message);
    if (error.code == Code::deadline) return fmt::format("dial tcp {}: i/o timeout", host_port(host, port));
    return fmt::format("dial tcp {}: connect: {}", host_port(host, port), error.message);
}

std::string get(const HttpRequest& request, const Error& error) {
    std::string why = error.message;
    if (error.code == Code::deadline) {
        why = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    } else if (error.code == Code::conflict) {
        why = "http: " + error.message;
    } else if (is_of_connecting(error)) {
        why = dial(request.host, request.port, error);
    }
    return fmt::format("Get {}: {}", api::quote(url_of(request)), why);
}

std::string grpc_connect(const GrpcHealthRequest& request, Duration timeout, const Error& error) {
    const std::string address = api::quote(host_port(request.host, request.port));
    if (error.code == Code::deadline) {
        return fmt::format("timeout: failed to connect service {} within {}: context deadline exceeded",
                           address, go_duration(timeout));
    }
    return fmt::format("error: failed to connect service at {}: {}", address,
                       is_of_connecting(error) ? dial(request.host, request.port, error) : error.message);
}

std::string grpc_answer(const GrpcHealth& health, Duration timeout) {
    if (health.grpc_status == unimplemented) {
        return "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): " +
               health.grpc_message;
    }
    if (health.grpc_status == deadline_exceeded) {
        return "timeout: health rpc did not complete within " + go_duration(timeout);
    }
    if (health.grpc_status != 0) {
        return fmt::format("error: health rpc probe failed: rpc error: code = {} desc = {}",
                           name_of(status_names, health.grpc_status, "Code({})"), health.grpc_message);
    }
    if (health.serving_status == serving) return {};
    return fmt::format("service unhealthy (responded with {})",
                       api::quote(name_of(serving_names, health.serving_status, "{}")));
}

std::string command_timed_out(const std::vector<std::string>& command, Duration timeout) {
    return fmt::format("command timed out: {} timed out after {}",
                       api::quote(fmt::format("{}", fmt::join(command, " "))), go_duration(timeout));
}

}  // namespace hooklet::go_text
