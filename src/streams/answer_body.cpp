// SPDX-License-Identifier: Apache-2.0
#include "streams/answer_body.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/algorithm/string/predicate.hpp>

namespace hooklet {

namespace {

constexpr std::size_t longest_line = 16 * 1024;

std::unexpected<Error> broken() {
    return fail(Code::invalid, "the answer's body is not what its head says");
}

bool has_none(int status, std::string_view method) {
    return method == "HEAD" || status == 204 || status == 304;
}

}  // namespace

AnswerBody::AnswerBody(const AnswerHead& head, std::string_view method) {
    if (has_none(head.status, method)) {
        framing_ = Framing::length;
    } else if (boost::algorithm::iends_with(head.header("Transfer-Encoding"), "chunked")) {
        framing_ = Framing::chunks;
    } else if (const auto length = parse_number<std::uint64_t>(head.header("Content-Length"))) {
        framing_ = Framing::length;
        left_ = *length;
    }
}

std::string AnswerBody::take(std::string_view& bytes) {
    std::string piece(bytes.substr(0, left_));
    bytes.remove_prefix(piece.size());
    left_ -= piece.size();
    return piece;
}

Result<std::string> AnswerBody::feed(std::string_view bytes) {
    if (framing_ == Framing::chunks) return feed_chunks(bytes);
    if (framing_ == Framing::length) return take(bytes);
    return std::string(bytes);
}

Result<std::string> AnswerBody::feed_chunks(std::string_view bytes) {
    std::string body;
    while (!bytes.empty() && !finished_) {
        if (left_ > 0) {
            body += take(bytes);
            continue;
        }
        const std::size_t end = bytes.find('\n');
        line_ += bytes.substr(0, end);
        if (line_.size() > longest_line) return broken();
        if (end == std::string_view::npos) break;
        bytes.remove_prefix(end + 1);
        const Status read = on_line(std::exchange(line_, {}));
        if (!read) return std::unexpected(read.error());
    }
    return body;
}

Status AnswerBody::on_line(std::string_view line) {
    if (!line.ends_with('\r')) return broken();
    line.remove_suffix(1);
    if (expected_ == Line::trailer) {
        finished_ = line.empty();
        return {};
    }
    if (expected_ == Line::end_of_data) {
        expected_ = Line::size;
        return line.empty() ? Status{} : Status(broken());
    }
    const auto size = parse_number<std::uint64_t>(line.substr(0, line.find_first_of("; \t")), 16);
    if (!size) return broken();
    left_ = *size;
    expected_ = left_ == 0 ? Line::trailer : Line::end_of_data;
    return {};
}

}  // namespace hooklet
