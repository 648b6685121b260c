// SPDX-License-Identifier: Apache-2.0
#include "streams/http_proxy.hpp"

#include "streams/answer_body.hpp"
#include "streams/reply.hpp"
#include "streams/splice.hpp"
#include "streams/upgrade.hpp"

#include <algorithm>
#include <array>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

namespace hooklet {

namespace {

using boost::algorithm::iequals;

constexpr Duration connect_limit = std::chrono::seconds{30};
constexpr int switching_protocols = 101;

/// Of one connection only (RFC 9110, 7.6.1), or made anew for the other one.
constexpr std::array<std::string_view, 10> of_connection{
    "Connection", "Keep-Alive", "Proxy-Connection",  "Proxy-Authenticate", "Proxy-Authorization",
    "TE",         "Trailer",    "Transfer-Encoding", "Content-Length",     "Upgrade"};
/// Between the client and the API server.
constexpr std::array<std::string_view, 3> of_client{"Host", "Expect", "Authorization"};

bool names_header(const auto& names, std::string_view name) {
    return std::ranges::any_of(names, [name](std::string_view one) { return iequals(one, name); });
}

std::string authority(const ProxyTarget& target) {
    const bool v6 = target.host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", target.host, v6 ? "]" : "", target.port);
}

std::string without_port(std::string_view address) {
    return std::string(address.substr(0, address.rfind(':')));
}

/// Where a redirect leads the client.
std::string redirected(std::string_view location, const ProxyTarget& target) {
    const std::string base = "http://" + authority(target);
    if (location.starts_with(base)) location.remove_prefix(base.size());
    const bool on_server = location.starts_with('/') && !location.starts_with("//");
    return on_server ? target.prefix + std::string(location) : std::string(location);
}

api::StatusObject unreachable(const Error& error, const ProxyTarget& target) {
    return api::unavailable(fmt::format("error trying to reach service: dial tcp {}: connect: {}",
                                        authority(target), error.text()));
}

}  // namespace

std::string proxied_head(const HttpServerRequest& request, const ProxyTarget& target) {
    const auto named = header_parts(request, "Connection");
    const std::string_view upgrade = names_header(named, "upgrade") ? request.header("Upgrade") : "";
    const std::string_view host = request.header("Host");
    std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, target.path,
                                   host.empty() ? authority(target) : std::string(host));
    for (const HttpHeader& header : request.headers) {
        if (names_header(of_connection, header.name) || names_header(of_client, header.name)) continue;
        if (names_header(named, header.name) || boost::algorithm::istarts_with(header.name, "Impersonate-"))
            continue;
        head += fmt::format("{}: {}\r\n", header.name, header.value);
    }
    if (!request.peer.address.empty())
        head += fmt::format("X-Forwarded-For: {}\r\n", without_port(request.peer.address));
    head += fmt::format("X-Forwarded-Uri: {}\r\n", request.target);
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
        head += fmt::format("Content-Length: {}\r\n", request.body.size());
    if (upgrade.empty()) return head + "Connection: close\r\n\r\n";
    return head + fmt::format("Connection: Upgrade\r\nUpgrade: {}\r\n\r\n", upgrade);
}

std::vector<HttpHeader> proxied_headers(const AnswerHead& answer, const ProxyTarget& target) {
    std::vector<HttpHeader> headers;
    for (HttpHeader header : answer.headers) {
        const bool upgrade = answer.status == switching_protocols && iequals(header.name, "Upgrade");
        if (names_header(of_connection, header.name) && !upgrade) continue;
        if (iequals(header.name, "Location")) header.value = redirected(header.value, target);
        headers.push_back(std::move(header));
    }
    return headers;
}

Task<Result<HttpProxy::Answer>> HttpProxy::ask(HttpExchange* exchange, ProxyTarget target) {
    const HttpServerRequest& request = exchange->request();
    const Call connecting = ports_.clock->call_within(connect_limit, exchange->gone());
    auto stream = co_await ports_.dialer->connect(target.host, target.port, connecting);
    if (!stream) co_return std::unexpected(stream.error());
    const Call call(MonotonicTime::max(), exchange->gone());
    const Status sent = co_await (*stream)->write(proxied_head(request, target) + request.body, call);
    if (!sent) co_return std::unexpected(sent.error());
    auto received = co_await receive_answer_head(stream->get(), call);
    if (!received) co_return std::unexpected(received.error());
    co_return Answer{std::move(*stream), std::move(received->head), std::move(received->rest)};
}

Task<void> HttpProxy::pass_on(HttpExchange* exchange, Answer answer, HttpReply head) {
    AnswerBody body(answer.head, exchange->request().method);
    const Call call(MonotonicTime::max(), exchange->gone());
    if (const Status begun = co_await exchange->begin(std::move(head)); !begun) co_return;
    while (true) {
        const auto piece = body.feed(answer.received);
        if (!piece) co_return;
        if (const Status written = co_await exchange->write(*piece); !written) co_return;
        if (body.done()) break;
        auto more = co_await answer.stream->read(relay_size, call);
        if (!more || (more->empty() && !body.may_end())) co_return;
        if (more->empty()) break;
        answer.received = std::move(*more);
    }
    (void)co_await exchange->finish();
}

Task<void> HttpProxy::join(HttpExchange* exchange, Answer answer, HttpReply head) {
    const auto client = co_await exchange->upgrade(std::move(head));
    if (!client) co_return;
    Splice splice(ports_.executor, ports_.clock, *client, answer.stream.get());
    co_await splice.run(std::move(answer.received));
}

Task<void> HttpProxy::forward(HttpExchange* exchange, ProxyTarget target) {
    auto answer = co_await ask(exchange, target);
    if (!answer) {
        (void)co_await exchange->respond(status_reply(unreachable(answer.error(), target)));
        co_return;
    }
    const int status = answer->head.status;
    HttpReply head{status, proxied_headers(answer->head, target)};
    if (status == switching_protocols) {
        co_await join(exchange, std::move(*answer), std::move(head));
    } else if (status == 204 || status == 304) {
        (void)co_await exchange->respond(std::move(head));
    } else {
        co_await pass_on(exchange, std::move(*answer), std::move(head));
    }
}

}  // namespace hooklet
