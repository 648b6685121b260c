// SPDX-License-Identifier: Apache-2.0
#include "streams/byte_queue.hpp"

#include <utility>

namespace hooklet {

Task<void> ByteQueue::put(std::string bytes) {
    while (bytes_.size() >= limit_ && !ended_ && !dropped_) {
        const Promise<std::monostate> room;
        writer_ = room;
        co_await room.get();
    }
    if (ended_ || dropped_) co_return;
    bytes_ += bytes;
    if (reader_) reader_->set({});
}

void ByteQueue::end(std::optional<Error> why) {
    if (ended_) return;
    ended_ = true;
    error_ = std::move(why);
    if (reader_) reader_->set({});
    if (writer_) writer_->set({});
}

void ByteQueue::drop() {
    dropped_ = true;
    bytes_.clear();
    end(Error{Code::unavailable, "the stream was closed"});
    if (writer_) writer_->set({});
}

Task<Result<std::string>> ByteQueue::take(std::size_t limit, Call call) {
    while (bytes_.empty() && !ended_) {
        const Promise<Status> more;
        reader_ = more;
        const Status waited = co_await bounded(clock_, more, call);
        reader_.reset();
        if (!waited) co_return std::unexpected(waited.error());
    }
    if (bytes_.empty() && error_) co_return std::unexpected(*error_);
    std::string taken = bytes_.substr(0, limit);
    bytes_.erase(0, limit);
    if (writer_ && bytes_.size() < limit_) std::exchange(writer_, std::nullopt)->set({});
    co_return taken;
}

}  // namespace hooklet
