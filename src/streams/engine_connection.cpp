// SPDX-License-Identifier: Apache-2.0
#include "streams/engine_connection.hpp"

#include <charconv>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/url.hpp>

namespace hooklet {

namespace {

constexpr std::size_t longest_head = 16 * 1024;
constexpr std::size_t longest_message = 1024;
constexpr std::string_view end_of_line = "\r\n";

std::unexpected<Error> not_http() {
    return fail(Code::invalid, "the engine's streaming server does not answer in HTTP");
}

/// The number in `HTTP/1.1 101 Switching Protocols`; nullopt when it is no such line.
std::optional<int> status_of(std::string_view line) {
    constexpr std::size_t number_at = std::string_view("HTTP/1.1 ").size();
    if (!line.starts_with("HTTP/1.") || line.size() < number_at + 3) return std::nullopt;
    const std::string_view digits = line.substr(number_at, 3);
    int status = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + 3, status);
    if (error != std::errc{} || end != digits.data() + 3) return std::nullopt;
    return status;
}

bool is_spdy(const AnswerHead& head) {
    for (const HttpHeader& header : head.headers) {
        if (boost::algorithm::iequals(header.name, "Upgrade")) {
            return boost::algorithm::iequals(header.value, "SPDY/3.1");
        }
    }
    return false;
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
    std::string received;
    while (true) {
        const auto head = parse_answer_head(received);
        if (!head) co_return std::unexpected(head.error());
        if (*head) {
            received.erase(0, (*head)->size);
            if ((*head)->status != 101 || !is_spdy(**head)) co_return refused(**head, received);
            co_return EngineConnection(std::move(stream), std::move(received));
        }
        const auto more = co_await stream->read(longest_head, call);
        if (!more) co_return std::unexpected(more.error());
        if (more->empty()) co_return fail(Code::unavailable, "unable to upgrade connection: EOF");
        received += *more;
    }
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

Result<std::optional<AnswerHead>> parse_answer_head(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > longest_head) return not_http();
        return std::nullopt;
    }
    AnswerHead head;
    head.size = end + 4;
    std::string_view lines = bytes.substr(0, end);
    const auto status = status_of(lines.substr(0, lines.find(end_of_line)));
    if (!status) return not_http();
    head.status = *status;
    while (true) {
        const std::size_t next = lines.find(end_of_line);
        if (next == std::string_view::npos) return head;
        lines.remove_prefix(next + end_of_line.size());
        const std::string_view line = lines.substr(0, lines.find(end_of_line));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return not_http();
        head.headers.push_back({std::string(line.substr(0, colon)),
                                boost::algorithm::trim_copy(std::string(line.substr(colon + 1)))});
    }
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
