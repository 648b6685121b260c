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

bool is_spdy(const AnswerHead& head) {
    return boost::algorithm::iequals(head.header("Upgrade"), "SPDY/3.1");
}

std::unexpected<Error> refused(const AnswerHead& head, std::string_view rest) {
    std::string message(rest.substr(0, longest_message));
    boost::algorithm::trim(message);
    if (message.empty()) message = "status " + std::to_string(head.status);
    return fail(Code::unavailable, "unable to upgrade connection: " + message);
}

Task<Result<EngineConnection>> upgrade(std::unique_ptr<ByteStream> stream, std::string request, Call call) {
    const Status sent = co_await stream->write(std::move(request), call);
    if (!sent) co_return std::unexpected(sent.error());
    auto answer = co_await receive_answer_head(stream.get(), call);
    if (!answer)
        co_return fail(answer.error().code, "unable to upgrade connection: " + answer.error().text());
    if (answer->head.status != 101 || !is_spdy(answer->head)) co_return refused(answer->head, answer->rest);
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

std::string upgrade_request(const EngineAddress& address, std::string_view protocol) {
    const bool is_ipv6 = address.host.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + address.host + "]" : address.host;
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: hooklet\r\nContent-Length: 0\r\n"
        "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: {}\r\n\r\n",
        address.target, host, address.port, protocol);
}

Task<Result<EngineConnection>> connect_engine(Dialer* dialer, std::string url, std::string protocol,
                                              Call call) {
    const auto address = parse_engine_url(url);
    if (!address) co_return std::unexpected(address.error());
    auto stream = co_await dialer->connect(address->host, address->port, call);
    if (!stream) co_return std::unexpected(stream.error());
    co_return co_await upgrade(std::move(*stream), upgrade_request(*address, protocol), std::move(call));
}

}  // namespace hooklet
