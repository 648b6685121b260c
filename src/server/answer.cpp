// SPDX-License-Identifier: Apache-2.0
#include "server/answer.hpp"

#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

constexpr std::size_t all_warnings = 4096;
constexpr std::size_t cut_warning = 256;

/// A quoted text of HTTP.
std::string warning_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) continue;
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::vector<std::string> without_repetitions(const std::vector<std::string>& texts) {
    std::vector<std::string> once;
    std::set<std::string_view> known;
    for (const std::string& text : texts) {
        if (known.insert(text).second) once.push_back(text);
    }
    return once;
}

}  // namespace

void add_warnings(HttpReply& reply, const std::vector<std::string>& warnings) {
    const auto texts = without_repetitions(warnings);
    std::size_t size = 0;
    for (const std::string& text : texts) size += text.size();
    std::size_t left = all_warnings;
    for (const std::string& text : texts) {
        const std::string shown = size > all_warnings ? text.substr(0, cut_warning) : text;
        if (shown.size() > left) return;
        left -= shown.size();
        reply.headers.push_back({"Warning", fmt::format("299 - \"{}\"", warning_text(shown))});
    }
}

Task<void> respond(HttpExchange* exchange, ApiStatus status) {
    HttpReply reply = status_reply(status);
    co_await respond(exchange, std::move(reply));
}

Task<void> respond(HttpExchange* exchange, HttpReply reply) {
    co_await exchange->respond(std::move(reply));
}

}  // namespace hooklet::server
