// SPDX-License-Identifier: Apache-2.0
#include "streams/serial_writer.hpp"

#include <utility>

namespace hooklet {

Task<Status> SerialWriter::write(std::string bytes) {
    if (std::exchange(busy_, true)) {
        const Promise<std::monostate> turn;
        waiting_.push_back(turn);
        co_await turn.get();
    }
    Status written;
    if (failed_) {
        written = std::unexpected(*failed_);
    } else {
        const Call unlimited{MonotonicTime::max(), {}};
        written = co_await stream_->write(std::move(bytes), unlimited);
        if (!written) failed_ = written.error();
    }
    busy_ = !waiting_.empty();
    if (busy_) {
        const Promise<std::monostate> next = waiting_.front();
        waiting_.pop_front();
        next.set({});
    }
    co_return written;
}

}  // namespace hooklet
