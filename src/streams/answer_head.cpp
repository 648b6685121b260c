// SPDX-License-Identifier: Apache-2.0
#include "streams/answer_head.hpp"

#include "base/parse_number.hpp"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

namespace hooklet {

namespace {

constexpr std::size_t longest_head = 16 * 1024;
constexpr std::string_view end_of_line = "\r\n";

std::unexpected<Error> not_http() {
    return fail(Code::invalid, "the answer is not HTTP");
}

/// The number in `HTTP/1.1 101 Switching Protocols`; nullopt when it is no such line.
std::optional<int> status_of(std::string_view line) {
    constexpr std::size_t number_at = std::string_view("HTTP/1.1 ").size();
    if (!line.starts_with("HTTP/1.") || line.size() < number_at + 3) return std::nullopt;
    return parse_number<int>(line.substr(number_at, 3));
}

}  // namespace

std::string_view AnswerHead::header(std::string_view name) const {
    for (const HttpHeader& header : headers) {
        if (boost::algorithm::iequals(header.name, name)) return header.value;
    }
    return {};
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

Task<Result<ReceivedHead>> receive_answer_head(ByteStream* stream, Call call) {
    std::string received;
    while (true) {
        auto head = parse_answer_head(received);
        if (!head) co_return std::unexpected(head.error());
        if (*head) {
            received.erase(0, (*head)->size);
            if ((*head)->status >= 200 || (*head)->status == 101)
                co_return ReceivedHead{std::move(**head), std::move(received)};
            continue;
        }
        const auto more = co_await stream->read(longest_head, call);
        if (!more) co_return std::unexpected(more.error());
        if (more->empty()) co_return fail(Code::unavailable, "EOF");
        received += *more;
    }
}

}  // namespace hooklet
