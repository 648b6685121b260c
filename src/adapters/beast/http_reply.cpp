// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/http_reply.hpp"

#include "adapters/beast/http_grammar.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr std::array<std::string_view, 6> own_headers = {"Connection", "Content-Length",    "Date",
                                                         "Keep-Alive", "Transfer-Encoding", "Trailer"};

bool is_own(std::string_view name) {
    return std::ranges::any_of(own_headers,
                               [name](auto own) { return boost::algorithm::iequals(own, name); });
}

std::string harmless(std::string value) {
    std::ranges::replace_if(value, [](unsigned char c) { return !is_value_char(c); }, ' ');
    return value;
}

/// `Fri, 20 Nov 2026 23:38:10 GMT` (RFC 9110, 5.6.7).
std::string http_date(WallTime at) {
    constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       weekdays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                       months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

/// 204 and 304 have no body, and say nothing about it.
bool has_body(int status) {
    return status != 204 && status != 304;
}

}  // namespace

std::string http_reply_head(const HttpReply& reply, HttpFraming framing, bool keep_alive, WallTime now) {
    const auto reason = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(reply.status)));
    std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", reply.status,
                                   std::string_view(reason.data(), reason.size()), http_date(now));
    for (const HttpHeader& header : reply.headers) {
        if (is_own(header.name) || !is_token(header.name)) continue;
        head += fmt::format("{}: {}\r\n", header.name, harmless(header.value));
    }
    if (framing == HttpFraming::upgrade) return head + "Connection: Upgrade\r\n\r\n";
    if (framing == HttpFraming::chunked) head += "Transfer-Encoding: chunked\r\n";
    if (framing == HttpFraming::length && has_body(reply.status)) {
        head += fmt::format("Content-Length: {}\r\n", reply.body.size());
    }
    return head + (keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

HttpReply reply_of(const HttpRefusal& refusal) {
    if (refusal.status != 413) {
        return {refusal.status, {{"Content-Type", "text/plain; charset=utf-8"}}, refusal.message};
    }
    return {refusal.status,
            {{"Content-Type", "application/json"}},
            fmt::format(
                R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":"{}",)"
                R"("reason":"RequestEntityTooLarge","code":413}})"
                "\n",
                refusal.message)};
}

std::string http_chunk(std::string_view piece) {
    return fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
}

}  // namespace hooklet
