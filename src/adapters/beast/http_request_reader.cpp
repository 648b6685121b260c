// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/http_request_reader.hpp"

#include "adapters/beast/http_grammar.hpp"
#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace hooklet {

namespace beast = boost::beast;
namespace http = boost::beast::http;

using boost::algorithm::iequals;

namespace {

std::unexpected<HttpRefusal> refuse(int status, std::string message) {
    return std::unexpected(HttpRefusal{status, std::move(message)});
}

std::unexpected<HttpRefusal> bad_request(std::string_view why) {
    return refuse(400, fmt::format("400 Bad Request: {}", why));
}

/// The line up to the next CRLF, taken off `text`. nullopt: the line has a CR or LF that stands alone.
std::optional<std::string_view> next_line(std::string_view& text) {
    const std::size_t end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
    return line;
}

/// A request's head, and whether it is of HTTP/1.0.
struct Head {
    HttpServerRequest request{};
    bool old = false;
};

std::expected<void, HttpRefusal> read_request_line(std::string_view line, Head& head) {
    HttpServerRequest& request = head.request;
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return bad_request("malformed request line");
    const std::string_view target = line.substr(first + 1, last - first - 1);
    request.method = line.substr(0, first);
    request.target = target;
    if (!is_token(request.method)) return bad_request("malformed method");
    const auto printable = [](unsigned char c) { return is_target_char(c) && c < 0x80; };
    if (!target.starts_with('/') || target.starts_with("//") || !std::ranges::all_of(target, printable) ||
        target.contains('#')) {
        return bad_request("malformed request target");
    }
    head.old = line.substr(last + 1) == "HTTP/1.0";
    if (head.old || line.substr(last + 1) == "HTTP/1.1") return {};
    if (line.substr(last + 1).starts_with("HTTP/")) return refuse(505, "505 HTTP Version Not Supported");
    return bad_request("malformed HTTP version");
}

std::expected<void, HttpRefusal> read_header(std::string_view line, HttpServerRequest& request) {
    const std::size_t colon = line.find(':');
    // A line that begins with a space continues the one before in old HTTP: its name is no token either.
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return bad_request("invalid header name");
    }
    std::string value(line.substr(colon + 1));
    boost::algorithm::trim_if(value, [](char c) { return c == ' ' || c == '\t'; });
    if (!std::ranges::all_of(value, is_value_char)) return bad_request("invalid header value");
    request.headers.push_back({std::string(line.substr(0, colon)), std::move(value)});
    return {};
}

/// The headers on which the borders of a request depend may stand there once only.
std::expected<void, HttpRefusal> check_framing(const Head& head) {
    const HttpServerRequest& request = head.request;
    constexpr std::array<std::string_view, 4> single = {"Host", "Content-Length", "Transfer-Encoding",
                                                        "Expect"};
    for (const std::string_view name : single) {
        const auto same = [name](const HttpHeader& header) { return iequals(header.name, name); };
        if (std::ranges::count_if(request.headers, same) > 1) {
            return bad_request(fmt::format("repeated {} header", name));
        }
    }
    constexpr std::size_t digits_of_any_body = 15;
    const std::string_view length = request.header("Content-Length");
    const std::string_view coding = request.header("Transfer-Encoding");
    const auto named = [&](std::string_view name) {
        return std::ranges::any_of(request.headers, [&](const auto& h) { return iequals(h.name, name); });
    };
    if (!head.old && request.header("Host").empty()) return bad_request("missing required Host header");
    if (named("Content-Length")) {
        if (length.empty() || length.size() > digits_of_any_body || !std::ranges::all_of(length, is_digit)) {
            return bad_request("malformed Content-Length");
        }
        if (named("Transfer-Encoding")) return bad_request("Content-Length with Transfer-Encoding");
    }
    // Who speaks HTTP/1.0 on the way may not have seen it, and so another end of the request.
    if (head.old && named("Transfer-Encoding")) return bad_request("Transfer-Encoding with HTTP/1.0");
    if (named("Transfer-Encoding") && !iequals(coding, "chunked")) {
        return refuse(501, "501 Not Implemented: unsupported transfer encoding");
    }
    const std::string_view expect = request.header("Expect");
    if (!expect.empty() && !iequals(expect, "100-continue")) return refuse(417, "417 Expectation Failed");
    return {};
}

bool asks_to_close(const HttpServerRequest& request) {
    for (const HttpHeader& header : request.headers) {
        if (!iequals(header.name, "Connection")) continue;
        std::string_view options = header.value;
        while (!options.empty()) {
            const std::size_t comma = std::min(options.find(','), options.size());
            if (iequals(boost::algorithm::trim_copy(std::string(options.substr(0, comma))), "close")) {
                return true;
            }
            options.remove_prefix(std::min(comma + 1, options.size()));
        }
    }
    return false;
}

/// What is not yet in HTTP/1.0 says nothing there (RFC 9110, 7.8 and 10.1.1).
void drop_later_features(HttpServerRequest& request) {
    std::erase_if(request.headers, [](const HttpHeader& header) {
        return iequals(header.name, "Upgrade") || iequals(header.name, "Expect");
    });
}

/// `text` ends with its empty line.
std::expected<Head, HttpRefusal> read_head(std::string_view text) {
    Head head;
    text.remove_suffix(2);
    for (bool first = true; !text.empty(); first = false) {
        const auto line = next_line(text);
        if (!line) return bad_request("a line ends without CRLF");
        const auto read = first ? read_request_line(*line, head) : read_header(*line, head.request);
        if (!read) return std::unexpected(read.error());
    }
    if (head.old) drop_later_features(head.request);
    if (auto checked = check_framing(head); !checked) return std::unexpected(checked.error());
    return head;
}

}  // namespace

/// Beast's parser for the body; it sees the head as well, whose parts are known already.
class HttpRequestReader::Parser final : public http::basic_parser<true> {
  public:
    explicit Parser(const HttpRequestLimits& limits) {
        eager(true);
        header_limit(static_cast<std::uint32_t>(2 * limits.head));
        body_limit(limits.body);
    }
    std::string body;

  private:
    using Length = boost::optional<std::uint64_t>;
    using ErrorCode = beast::error_code;

    void on_request_impl(http::verb, beast::string_view, beast::string_view, int, ErrorCode&) override {}
    void on_response_impl(int, beast::string_view, int, ErrorCode&) override {}
    void on_field_impl(http::field, beast::string_view, beast::string_view, ErrorCode&) override {}
    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const Length&, ErrorCode&) override {}
    std::size_t on_body_impl(beast::string_view bytes, ErrorCode&) override {
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, ErrorCode& error) override {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(ErrorCode&) override {}
};

HttpRequestReader::HttpRequestReader(HttpRequestLimits limits) : limits_(limits) {}

HttpRequestReader::~HttpRequestReader() = default;

bool HttpRequestReader::done() const {
    return parser_ != nullptr && parser_->is_done();
}

HttpServerRequest HttpRequestReader::take() {
    request_.body = std::move(parser_->body);
    parser_.reset();
    return std::exchange(request_, {});
}

std::expected<void, HttpRefusal> HttpRequestReader::feed(std::string_view bytes) {
    buffer_ += bytes;
    if (!head_done()) {
        if (auto read = feed_head(); !read || !head_done()) return read;
    }
    return feed_body();
}

std::expected<void, HttpRefusal> HttpRequestReader::feed_head() {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    const std::size_t found = buffer_.find(end_of_head);
    const std::size_t size = found == std::string::npos ? buffer_.size() : found + end_of_head.size();
    if (size > limits_.head) return refuse(431, "431 Request Header Fields Too Large");
    if (found == std::string::npos) return {};
    auto head = read_head(std::string_view(buffer_).substr(0, size));
    if (!head) return std::unexpected(head.error());
    request_ = std::move(head->request);
    knows_chunks_ = !head->old;
    keep_alive_ = !head->old && !asks_to_close(request_);
    expects_continue_ = !request_.header("Expect").empty();
    parser_ = std::make_unique<Parser>(limits_);
    return {};
}

std::expected<void, HttpRefusal> HttpRequestReader::feed_body() {
    // Beast's parser counts on a fifth byte once it has seen the head of the last chunk.
    const auto too_short = [this] {
        return buffer_.size() == 4 && buffer_.starts_with("0\r\n") && parser_->is_header_done() &&
               parser_->chunked();
    };
    while (!parser_->is_done() && !buffer_.empty() && !too_short()) {
        beast::error_code error;
        const std::size_t used = parser_->put(asio::buffer(buffer_), error);
        buffer_.erase(0, used);
        if (error == http::error::body_limit) {
            return refuse(413, fmt::format("Request entity too large: limit is {}", limits_.body));
        }
        if (error && error != http::error::need_more) return bad_request(error.message());
        if (used == 0) break;
    }
    // What the parser leaves are parts of a chunk's head or of the trailer, which have an end.
    if (!parser_->is_done() && buffer_.size() > limits_.head) return bad_request("malformed chunk");
    return {};
}

}  // namespace hooklet
