// SPDX-License-Identifier: Apache-2.0
#include "support/sim_network.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

using namespace std::chrono_literals;

namespace {
constexpr Latency round_trip{200us, 2ms};

bool is_address(const std::string& host) {
    return host.find(':') != std::string::npos ||
           host.find_first_not_of("0123456789.") == std::string::npos || host == "localhost";
}

std::string detail_of(const HttpRequest& request) {
    return fmt::format("{}:{}{}", request.host, request.port, request.target);
}

Error nobody(const std::string& host) {
    if (is_address(host)) return {Code::unavailable, "connection refused", nullptr};
    return {Code::not_found, "no such host", nullptr};
}

HttpResponse response_of(const Answer& answer, std::size_t limit) {
    HttpResponse out{answer.status, answer.headers, answer.body.substr(0, limit), answer.body.size() > limit};
    return out;
}
}  // namespace

void SimNetwork::serve(const std::string& host, std::uint16_t port, ServerBehavior behavior,
                       ServerOwner owner) {
    servers_[{host, port}] = Server{std::move(behavior), std::move(owner), {}};
}

void SimNetwork::close(const std::string& host, std::uint16_t port) {
    auto node = servers_.extract(Address{host, port});
    if (node.empty()) return;
    for (const Reset& reset : node.mapped().connections) reset();
}

ServerBehavior SimNetwork::server(const std::string& host, std::uint16_t port) const {
    const auto found = servers_.find({host, port});
    return found == servers_.end() ? ServerBehavior{} : found->second.behavior;
}

SimNetwork::Server* SimNetwork::find(const std::string& host, std::uint16_t port) {
    auto found = servers_.find({host, port});
    if (found == servers_.end()) found = servers_.find({"*", port});
    return found == servers_.end() ? nullptr : &found->second;
}

void SimNetwork::note(Kind kind, const ServerOwner& owner, std::string detail, int code) {
    history_->add({.kind = kind,
                   .pod = owner.pod,
                   .container = owner.container,
                   .id = owner.container_id,
                   .detail = std::move(detail),
                   .code = code});
}

Error SimNetwork::refused(const std::string& host, const std::string& detail, Error why) {
    const auto pod = pods_.find(host);
    if (!wire_.severed()) {
        note(Kind::net_refused, {pod == pods_.end() ? "" : pod->second, {}, {}}, detail);
    }
    return why;
}

Timer SimNetwork::receive(Server* server, const HttpRequest& request,
                          const Promise<Result<HttpResponse>>& over) {
    const auto set = [over](Result<HttpResponse> r) { over.set(std::move(r)); };
    if (server->behavior.unreachable) return {};
    if (request.tls && !server->behavior.tls) {
        set(fail(Code::conflict, "server gave HTTP response to HTTPS client"));
        return {};
    }
    if (server->behavior.grpc) {
        set(fail(Code::unavailable, "malformed HTTP response"));
        return {};
    }
    const bool plain_to_tls = !request.tls && server->behavior.tls;
    Answer answer = server->behavior.answer;
    const auto special = server->behavior.by_target.find(request.target);
    if (special != server->behavior.by_target.end()) answer = special->second;
    if (plain_to_tls) answer = {.status = 400, .body = "Client sent an HTTP request to an HTTPS server.\n"};
    requests_.push_back({wire_.clock()->now(), request});
    note(Kind::http_hit, server->owner, detail_of(request), answer.never ? 0 : answer.status);
    server->connections.emplace_back([set] { set(fail(Code::unavailable, "connection reset by peer")); });
    if (answer.never) return {};
    return wire_.clock()->after(answer.latency,
                                [set, r = response_of(answer, request.body_limit)] { set(r); });
}

Task<Result<HttpResponse>> SimNetwork::http_get(HttpRequest request, Call call) {
    const std::string detail = detail_of(request);
    const auto passage = co_await wire_.request("http_get", round_trip, call);
    if (!passage) co_return std::unexpected(refused(request.host, detail, passage.error()));
    Server* server = find(request.host, request.port);
    if (server == nullptr) co_return std::unexpected(refused(request.host, detail, nobody(request.host)));
    const ServerOwner owner = server->owner;
    Promise<Result<HttpResponse>> over;
    const Timer answering = receive(server, request, over);
    const Timer cut = wire_.cut(*passage, over);
    Result<HttpResponse> response = co_await bounded(wire_.clock(), over, call);
    note(Kind::http_end, owner, detail, response ? response->status : 0);
    co_return co_await wire_.answer(*passage, call, std::move(response));
}

Task<Status> SimNetwork::tcp_connect(std::string host, std::uint16_t port, Call call) {
    const std::string detail = fmt::format("{}:{}", host, port);
    const auto passage = co_await wire_.request("tcp_connect", round_trip, call);
    if (!passage) co_return std::unexpected(refused(host, detail, passage.error()));
    const Server* server = find(host, port);
    if (server == nullptr) co_return std::unexpected(refused(host, detail, nobody(host)));
    if (server->behavior.unreachable) {
        const Promise<Status> never;
        const Status connected = co_await bounded(wire_.clock(), never, call);
        co_return std::unexpected(refused(host, detail, connected.error()));
    }
    note(Kind::tcp_hit, server->owner, detail);
    co_return co_await wire_.answer(*passage, call, Status{});
}

Timer SimNetwork::receive(Server* server, const GrpcHealthRequest& request,
                          const Promise<Result<GrpcHealth>>& over) {
    const ServerBehavior& behavior = server->behavior;
    if (behavior.unreachable || (!behavior.grpc && behavior.answer.never)) return {};
    if (!behavior.grpc || behavior.tls) {
        over.set(fail(Code::unavailable, "the server does not speak HTTP/2"));
        return {};
    }
    HealthAnswer answer{.health = {5, "unknown service"}};
    const auto known = behavior.grpc->find(request.service);
    if (known != behavior.grpc->end()) answer = known->second;
    note(Kind::grpc_hit, server->owner, fmt::format("{}:{}/{}", request.host, request.port, request.service),
         answer.health.grpc_status != 0 ? answer.health.grpc_status : answer.health.serving_status);
    server->connections.emplace_back([over] { over.set(GrpcHealth{14, "connection reset by peer"}); });
    if (answer.never) return {};
    return wire_.clock()->after(answer.latency, [over, health = answer.health] { over.set(health); });
}

Task<Result<GrpcHealth>> SimNetwork::grpc_health_check(GrpcHealthRequest request, Call call) {
    if (request.port == 0 || request.user_agent.empty()) co_return fail(Code::invalid, "incomplete request");
    const std::string detail = fmt::format("{}:{}", request.host, request.port);
    const auto passage = co_await wire_.request("grpc_health_check", round_trip, call);
    if (!passage) co_return std::unexpected(refused(request.host, detail, passage.error()));
    Server* server = find(request.host, request.port);
    if (server == nullptr) co_return std::unexpected(refused(request.host, detail, nobody(request.host)));
    const bool connects = server->behavior.grpc.has_value() && !server->behavior.unreachable;
    const Promise<Result<GrpcHealth>> over;
    const Timer answering = receive(server, request, over);
    const Timer cut = wire_.cut(*passage, over);
    const Result<GrpcHealth> health = co_await bounded(wire_.clock(), over, call);
    if (!health && connects && health.error().code == Code::deadline) {
        co_return GrpcHealth{4, "context deadline exceeded"};
    }
    co_return co_await wire_.answer(*passage, call, health);
}

}  // namespace hooklet::sim
