// SPDX-License-Identifier: Apache-2.0
#include "bench/api/connection.hpp"

#include <array>
#include <limits>
#include <stdexcept>
#include <utility>

#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace hooklet::bench {

namespace http = boost::beast::http;

Connection::Connection(const Executor& executor, const std::string& socket) : socket_(executor) {
    // Beast reads no more at once than the buffer has room for.
    buffer_.reserve(256UL * 1024);
    socket_.connect(asio::local::stream_protocol::endpoint(socket));
}

Task<void> Connection::send(Request request) {
    request.set(http::field::host, "bench");
    request.set(http::field::user_agent, "bench/1");
    request.prepare_payload();
    co_await http::async_write(socket_, request, asio::use_awaitable);
}

Task<Connection::Answer> Connection::ask(std::string method, std::string target, std::string body,
                                         std::string type) {
    Request request;
    request.version(11);
    request.method_string(method);
    request.target(target);
    if (!body.empty()) request.set(http::field::content_type, type);
    request.body() = std::move(body);
    co_await send(std::move(request));
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    co_await http::async_read(socket_, buffer_, parser, asio::use_awaitable);
    Answer answer;
    answer.status = parser.get().result_int();
    answer.body = std::move(parser.get().body());
    co_return answer;
}

Task<Connection::Answer> Connection::done(std::string method, std::string target, std::string body,
                                          std::string type) {
    const std::string what = fmt::format("{} {}", method, target);
    Answer answer = co_await ask(std::move(method), std::move(target), std::move(body), std::move(type));
    if (answer.status >= 300)
        throw std::runtime_error(fmt::format("{}: {} {}", what, answer.status, answer.body.substr(0, 500)));
    co_return answer;
}

Task<void> Connection::open(std::string target) {
    Request request;
    request.version(11);
    request.method(http::verb::get);
    request.target(target);
    co_await send(std::move(request));
    // The events are told from the rest of the stream by what they begin with.
    while (!lines_.contains("\r\n\r\n")) {
        std::array<char, 4096> bytes{};
        lines_.append(bytes.data(),
                      co_await socket_.async_read_some(asio::buffer(bytes), asio::use_awaitable));
    }
    lines_.erase(0, lines_.find("\r\n\r\n") + 4);
}

Task<std::string> Connection::line() {
    while (true) {
        const std::size_t end = lines_.find('\n');
        if (end != std::string::npos) {
            std::string line = lines_.substr(0, end);
            lines_.erase(0, end + 1);
            if (line.starts_with('{')) co_return line;  // not the length of a chunk
            continue;
        }
        std::array<char, 65536> bytes{};
        lines_.append(bytes.data(),
                      co_await socket_.async_read_some(asio::buffer(bytes), asio::use_awaitable));
    }
}

}  // namespace hooklet::bench
