// SPDX-License-Identifier: Apache-2.0
#include "streams/attached_output.hpp"

#include <algorithm>
#include <utility>

#include <boost/algorithm/string/replace.hpp>

namespace hooklet {

namespace {

/// How often in a row neither side may have had anything new, within the time that the engine takes to tell
/// both. The first alone may come from this process having been held up.
constexpr int enough_silences = 2;
/// Engines log a line in pieces of 16 KiB.
constexpr std::size_t most_unlogged = 64UL * 1024;

/// How many bytes come after the last line break.
std::size_t open_end(std::string_view text) {
    const std::size_t end = text.rfind('\n');
    return end == std::string_view::npos ? text.size() : text.size() - end - 1;
}

}  // namespace

bool OpenLine::feed(std::string_view bytes) {
    const std::size_t open = open_end(bytes);
    const bool ended = open < bytes.size();
    if (ended) {
        whole_ = true;
        length_ = 0;
        text_.clear();
    }
    length_ += open;
    text_ += bytes.substr(bytes.size() - open);
    if (text_.size() > most_unlogged) text_.erase(0, text_.size() - most_unlogged);
    return ended;
}

std::string OpenLine::rest(std::uint64_t shown) const {
    const std::uint64_t missing = length_ - std::min(shown, length_);
    return text_.substr(text_.size() - std::min<std::uint64_t>(missing, text_.size()));
}

AttachedOutput::AttachedOutput(LogReader::Ports ports, LogRequest log, bool tty, ByteStream* to)
    : clock_(ports.clock), log_(ports, std::move(log), this), tty_(tty), to_(to) {}

Task<Status> AttachedOutput::write(std::string piece) {
    const std::size_t open = open_end(piece);
    line_shown_ = open + (open < piece.size() ? 0 : line_shown_);
    shown_ += piece.size();
    // Engines leave out the carriage returns that a terminal has put there.
    if (tty_) boost::algorithm::replace_all(piece, "\n", "\r\n");
    const Call unlimited{MonotonicTime::max(), gone_};
    co_return co_await to_->write(std::move(piece), unlimited);
}

Task<bool> AttachedOutput::catch_up(ByteStream* from, CancelToken gone) {
    gone_ = std::move(gone);
    const Call unlimited{MonotonicTime::max(), gone_};
    MonotonicTime patience = clock_->now() + log_drain_time;
    // A line whose beginning was written before the attachment comes out of the log, when it has ended. A
    // terminal's is shown as it is: it may be a prompt.
    for (int silences = 0; silences < enough_silences || !(line_.whole() || tty_);) {
        const Call call{silences < enough_silences ? patience : MonotonicTime::max(), gone_};
        auto piece = co_await from->read(relay_size, call);
        const bool quiet = !piece && piece.error().code == Code::deadline;
        if (!quiet && (!piece || piece->empty())) co_return false;
        const bool line_ended = !quiet && line_.feed(*piece);
        const std::uint64_t before = shown_;
        const Status looked = co_await log_.catch_up(gone_);
        if (!looked) {
            // There is no log, or nobody takes it any more.
            if (!quiet) (void)co_await to_->write(std::move(*piece), unlimited);
            co_return true;
        }
        const bool news = line_ended || shown_ != before;
        if (quiet || news) patience = clock_->now() + log_drain_time;
        silences = news ? 0 : silences + static_cast<int>(quiet);
    }
    std::string rest = line_.rest(line_shown_);
    if (!rest.empty()) (void)co_await to_->write(std::move(rest), unlimited);
    co_return true;
}

Task<void> AttachedOutput::finish() {
    (void)co_await log_.catch_up(gone_);
}

}  // namespace hooklet
