// SPDX-License-Identifier: Apache-2.0
#include "support/memory_stream.hpp"

#include <algorithm>
#include <stdexcept>

namespace hooklet::sim {

namespace {

std::unexpected<Error> lost() {
    return fail(Code::unavailable, "the connection is closed");
}

}  // namespace

void MemoryStream::Pipe::wake() {
    if (reader) reader->set({});
    if (writer) writer->set({});
}

MemoryStream::MemoryStream(Clock* clock, std::size_t capacity, std::shared_ptr<Pipe> in,
                           std::shared_ptr<Pipe> out)
    : clock_(clock), capacity_(capacity), in_(std::move(in)), out_(std::move(out)) {}

MemoryStream::~MemoryStream() {
    close();
}

std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>> MemoryStream::pair(
    Clock* clock, std::size_t capacity) {
    const auto up = std::make_shared<Pipe>();
    const auto down = std::make_shared<Pipe>();
    return {std::unique_ptr<MemoryStream>(new MemoryStream(clock, capacity, down, up)),
            std::unique_ptr<MemoryStream>(new MemoryStream(clock, capacity, up, down))};
}

Task<Result<std::string>> MemoryStream::read(std::size_t limit, Call call) {
    if (in_->reader) throw std::logic_error("two reads at the same time");
    if (limit == 0) throw std::logic_error("a read of nothing");
    const auto pipe = in_;
    while (pipe->bytes.empty() && !pipe->ended && !pipe->broken) {
        const Promise<Status> more;
        pipe->reader = more;
        const Status waited = co_await bounded(clock_, more, call);
        pipe->reader.reset();
        if (!waited) co_return std::unexpected(waited.error());
    }
    if (pipe->broken) co_return lost();
    std::string taken = pipe->bytes.substr(0, limit);
    pipe->bytes.erase(0, limit);
    pipe->wake();
    co_return taken;
}

Task<Status> MemoryStream::write(std::string bytes, Call call) {
    if (out_->writer) throw std::logic_error("two writes at the same time");
    if (closed_) co_return lost();
    if (out_->ended) throw std::logic_error("a write after the end");
    const auto pipe = out_;
    while (!bytes.empty()) {
        if (pipe->broken || pipe->ended) co_return lost();
        const std::size_t room = capacity_ - std::min(capacity_, pipe->bytes.size());
        pipe->bytes += bytes.substr(0, room);
        bytes.erase(0, room);
        pipe->wake();
        if (bytes.empty()) break;
        const Promise<Status> space;
        pipe->writer = space;
        const Status waited = co_await bounded(clock_, space, call);
        pipe->writer.reset();
        if (!waited) co_return waited;
    }
    if (pipe->broken) co_return lost();
    co_return Status{};
}

Task<Status> MemoryStream::end(Call /*call*/) {
    if (closed_ || out_->broken) co_return lost();
    out_->ended = true;
    out_->wake();
    co_return Status{};
}

void MemoryStream::close() {
    if (std::exchange(closed_, true)) return;
    in_->broken = true;
    // What was written before can still be read at the other end.
    out_->ended = true;
    in_->wake();
    out_->wake();
}

}  // namespace hooklet::sim
