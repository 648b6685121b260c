// SPDX-License-Identifier: Apache-2.0
#include "cli/log_lines.hpp"

#include <utility>

namespace hooklet::cli {

std::string LogLines::take(std::string_view piece) {
    rest_ += piece;
    std::string out;
    std::size_t begin = 0;
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
        out += shown(std::string_view(rest_).substr(begin, end + 1 - begin));
        begin = end + 1;
    }
    rest_.erase(0, begin);
    return out;
}

std::string LogLines::end() {
    const std::string line = std::exchange(rest_, {});
    return line.empty() ? "" : shown(line);
}

void LogLines::again() {
    rest_.clear();
    repeated_ = last_.has_value();
    repeats_of_last_ = shown_of_last_;
}

std::string LogLines::since() const {
    return last_ ? rfc3339_nano(*last_) : "";
}

std::string LogLines::shown(std::string_view line) {
    if (!form_.timed) return form_.prefix + std::string(line);
    const std::size_t space = line.find(' ');
    const auto at = parse_rfc3339(line.substr(0, space));
    if (space == std::string_view::npos || !at) return form_.prefix + std::string(line);
    if (!is_new(*at)) return "";
    return form_.prefix + std::string(form_.shows_times ? line : line.substr(space + 1));
}

bool LogLines::is_new(WallTime at) {
    if (repeated_ && at < *last_) return false;
    if (repeated_ && at == *last_ && repeats_of_last_ > 0) {
        --repeats_of_last_;
        return false;
    }
    repeated_ = false;
    shown_of_last_ = last_ == at ? shown_of_last_ + 1 : 1;
    last_ = at;
    return true;
}

}  // namespace hooklet::cli
