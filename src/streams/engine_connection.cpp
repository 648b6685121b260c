// SPDX-License-Identifier: Apache-2.0
#include "streams/engine_connection.hpp"

#include "streams/answer_head.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/url.hpp>
#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr std::size_t longest_message = 1024;

/// Keeps caches from answering, of which there are none on the way to an engine: any 16 bytes will do.
constexpr std::string_view websocket_key = "aG9va2xldC1zdHJlYW1zIQ==";

std::string protocol_headers(const EngineProtocol& protocol) {
    if (protocol.upgrade != "websocket") return "X-Stream-Protocol-Version: " + protocol.name + "\r\n";
    std::string headers =
        fmt::format("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n", websocket_key);
    if (!protocol.name.empty()) headers += "Sec-WebSocket-Protocol: " + protocol.name + "\r\n";
    return headers;
}

std::unexpected<Error> refused(const AnswerHead& head, std::string_view rest) {
    std::string message(rest.substr(0, longest_message));
    boost::algorithm::trim(message);
    if (message.empty()) message = "status " + std::to_string(head.status);
    return fail(Code::unavailable, "unable to upgrade connection: " + message);
}

Task<Result<EngineConnection>> upgrade(std::unique_ptr<ByteStream> stream, std::string request,
                                       std::string protocol, Call call) {
    const Status sent = co_await stream->write(std::move(request), call);
    if (!sent) co_return std::unexpected(sent.error());
    auto answer = co_await receive_answer_head(stream.get(), call);
    if (!answer)
        co_return fail(answer.error().code, "unable to upgrade connection: " + answer.error().text());
    const bool agreed =
        answer->head.status == 101 && boost::algorithm::iequals(answer->head.header("Upgrade"), protocol);
    if (!agreed) co_return refused(answer->head, answer->rest);
    co_return EngineConnection(std::move(stream), std::move(answer->rest));
}

}  // namespace

Result<EngineAddress> parse_engine_url(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->scheme() != "http" || parsed->host().empty()) {
        return fail(Code::invalid, "the engine's streaming server has no address that can be used: " + url);
    }
    const std::uint16_t port = parsed->has_port() ? parsed->port_number() : 80;
    std::string target(parsed->encoded_target());
    if (target.empty()) target = "/";
    return EngineAddress{parsed->host_address(), port, std::move(target)};
}

std::string upgrade_request(const EngineAddress& address, const EngineProtocol& protocol) {
    const bool is_ipv6 = address.host.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + address.host + "]" : address.host;
    // A WebSocket is asked for with GET, without a body.
    const bool is_get = protocol.upgrade == "websocket";
    return fmt::format(
        "{} {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: hooklet\r\n{}Connection: Upgrade\r\nUpgrade: "
        "{}\r\n{}\r\n",
        is_get ? "GET" : "POST", address.target, host, address.port, is_get ? "" : "Content-Length: 0\r\n",
        protocol.upgrade, protocol_headers(protocol));
}

Task<Result<EngineConnection>> connect_engine(Dialer* dialer, std::string url, EngineProtocol protocol,
                                              Call call) {
    const auto address = parse_engine_url(url);
    if (!address) co_return std::unexpected(address.error());
    auto stream = co_await dialer->connect(address->host, address->port, call);
    if (!stream) co_return std::unexpected(stream.error());
    std::string request = upgrade_request(*address, protocol);
    co_return co_await upgrade(std::move(*stream), std::move(request), std::move(protocol.upgrade),
                               std::move(call));
}

}  // namespace hooklet
