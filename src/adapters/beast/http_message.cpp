// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/http_message.hpp"

#include "adapters/beast/http_grammar.hpp"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace hooklet {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t max_head = 64UL * 1024;
/// Above what is ever read, so that the limit of this file is the one that counts.
constexpr std::uint32_t no_header_limit = 2 * max_head;

std::unexpected<Error> malformed() {
    return fail(Code::unavailable, "malformed HTTP response");
}

/// Where the empty line that ends the headers has ended, or npos. What is before `from` needs no second look.
std::size_t end_of_head(std::string_view text, std::size_t from) {
    for (std::size_t at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        if (text.substr(at + 1, 1) == "\n") return at + 2;
        if (text.substr(at + 1, 2) == "\r\n") return at + 3;
    }
    return std::string_view::npos;
}

/// Rewrites a complete head the way the standard, and so the parser, wants it.
std::string strict_head(std::string_view head) {
    constexpr std::size_t status_line_without_reason = std::string_view("HTTP/1.1 200").size();
    std::string out;
    out.reserve(head.size() + 64);
    while (!head.empty()) {
        const std::size_t end = head.find('\n');
        std::string_view line = head.substr(0, end);
        head.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool lacks_reason = out.empty() && line.size() == status_line_without_reason;
        out.append(line).append(lacks_reason ? " \r\n" : "\r\n");
    }
    return out;
}

}  // namespace

Result<std::string> http_request_bytes(const HttpRequest& request) {
    const bool v6 = request.host.contains(':');
    std::string host = fmt::format("{}{}{}:{}", v6 ? "[" : "", request.host.substr(0, request.host.find('%')),
                                   v6 ? "]" : "", request.port);
    std::string fields;
    bool own_host = false;
    for (const HttpHeader& header : request.headers) {
        if (!is_token(header.name)) {
            return fail(Code::invalid, fmt::format("invalid header field name \"{}\"", header.name));
        }
        if (!std::ranges::all_of(header.value, is_value_char)) {
            return fail(Code::invalid, fmt::format("invalid header field value for \"{}\"", header.name));
        }
        if (!boost::algorithm::iequals(header.name, "Host")) {
            fields += fmt::format("{}: {}\r\n", header.name, header.value);
        } else if (!header.value.empty() && !std::exchange(own_host, true)) {
            host = header.value;
        }
    }
    if (request.host.empty() || !std::ranges::all_of(host, is_target_char)) {
        return fail(Code::invalid, "invalid host");
    }
    if (!request.target.starts_with('/') || !std::ranges::all_of(request.target, is_target_char)) {
        return fail(Code::invalid, "invalid request target");
    }
    return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n", request.target, host, fields);
}

/// Collects what Beast's parser finds. Memory stays within what was fed and body_limit.
class HttpAnswerReader::Parser final : public http::basic_parser<false> {
  public:
    explicit Parser(std::size_t limit) : limit_(limit) {
        eager(true);
        header_limit(no_header_limit);
        body_limit(boost::none);
    }
    HttpResponse answer;

  private:
    using Length = boost::optional<std::uint64_t>;
    using ErrorCode = beast::error_code;

    void on_request_impl(http::verb, beast::string_view, beast::string_view, int, ErrorCode&) override {}
    void on_response_impl(int status, beast::string_view, int, ErrorCode&) override {
        answer.status = status;
    }
    void on_field_impl(http::field, beast::string_view name, beast::string_view value, ErrorCode&) override {
        // After the header come trailers, which nobody asked for.
        if (!is_header_done()) answer.headers.push_back({std::string(name), std::string(value)});
    }
    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const Length&, ErrorCode&) override {}
    std::size_t on_body_impl(beast::string_view bytes, ErrorCode&) override {
        const std::size_t kept = std::min(bytes.size(), limit_ - answer.body.size());
        answer.body.append(bytes.data(), kept);
        answer.body_truncated = answer.body_truncated || kept < bytes.size();
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, ErrorCode& error) override {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(ErrorCode&) override {}

    std::size_t limit_;
};

HttpAnswerReader::HttpAnswerReader(std::size_t body_limit)
    : body_limit_(body_limit), parser_(std::make_unique<Parser>(body_limit)) {}

HttpAnswerReader::~HttpAnswerReader() = default;

Status HttpAnswerReader::feed(std::string_view bytes) {
    buffer_ += bytes;
    while (!done() && !buffer_.empty()) {
        const std::size_t before = buffer_.size();
        auto taken = in_head_ ? feed_head() : feed_parser();
        if (!taken) return taken;
        if (buffer_.size() == before && !done()) break;
    }
    if (!done() && buffer_.size() > max_head) {
        return fail(Code::unavailable, fmt::format("response headers exceeded {} bytes", max_head));
    }
    return {};
}

Status HttpAnswerReader::feed_head() {
    constexpr std::string_view magic = "HTTP/1.";
    if (!buffer_.starts_with(magic.substr(0, buffer_.size()))) return malformed();
    const std::size_t end = end_of_head(buffer_, searched_);
    if (end > max_head) {
        // An empty line may have begun in the last two bytes.
        searched_ = buffer_.size() - std::min<std::size_t>(buffer_.size(), 2);
        return {};
    }
    searched_ = 0;
    const std::string head = strict_head(std::string_view(buffer_).substr(0, end));
    buffer_.erase(0, end);
    beast::error_code error;
    const std::size_t used = parser_->put(asio::buffer(head), error);
    if (error || used != head.size() || !parser_->is_header_done()) return malformed();
    const int status = parser_->answer.status;
    if (status >= 100 && status < 200 && status != 101) {
        parser_ = std::make_unique<Parser>(body_limit_);
    } else {
        in_head_ = false;
    }
    return {};
}

Status HttpAnswerReader::feed_parser() {
    beast::error_code error;
    const std::size_t used = parser_->put(asio::buffer(buffer_), error);
    buffer_.erase(0, used);
    if (error && error != http::error::need_more) return malformed();
    return {};
}

Status HttpAnswerReader::end() {
    if (in_head_) return fail(Code::unavailable, buffer_.empty() ? "EOF" : "unexpected EOF");
    beast::error_code error;
    parser_->put_eof(error);
    if (error) parser_->answer.body_truncated = true;
    return {};
}

bool HttpAnswerReader::done() const {
    return !in_head_ && (parser_->is_done() || parser_->answer.body_truncated);
}

const HttpResponse& HttpAnswerReader::head() const {
    return parser_->answer;
}

std::string HttpAnswerReader::take_body() {
    return std::exchange(parser_->answer.body, {});
}

HttpResponse HttpAnswerReader::take() {
    return std::move(parser_->answer);
}

}  // namespace hooklet
