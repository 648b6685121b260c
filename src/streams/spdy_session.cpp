// SPDX-License-Identifier: Apache-2.0
#include "streams/spdy_session.hpp"

#include <utility>

namespace hooklet::spdy {

namespace {

constexpr std::size_t read_size = 32 * 1024;
constexpr std::size_t frame_size = 32 * 1024;
/// Far more than a client of kubectl's kind opens at a time.
constexpr std::size_t most_streams = 1024;
constexpr Duration good_bye_limit = std::chrono::seconds{1};

Error connection_closed() {
    return {Code::unavailable, "the connection was closed"};
}

}  // namespace

Task<Result<std::string>> Stream::read(std::size_t limit, Call call) {
    return received_.take(limit, std::move(call));
}

Task<Status> Stream::write(std::string bytes, Call /*call*/) {
    if (ended_) co_return fail(Code::unavailable, "the stream was closed");
    co_return co_await session_->send_data(id_, std::move(bytes));
}

Task<Status> Stream::end(Call /*call*/) {
    if (std::exchange(ended_, true)) co_return Status{};
    const Status sent = co_await session_->writer_.write(data(id_, std::string_view(), true));
    session_->forget_if_over(id_);
    co_return sent;
}

void Stream::close() {
    const bool over = ended_ && received_.ended();
    ended_ = true;
    received_.drop();
    if (!over && !session_->closed().cancelled()) {
        session_->gate_.spawn(session_->send(reset(id_, ResetStatus::cancel)));
    }
    session_->streams_.erase(id_);
}

Session::Session(Executor executor, Clock* clock, ByteStream* connection, Role role)
    : clock_(clock),
      connection_(connection),
      role_(role),
      writer_(connection),
      next_id_(role == Role::client ? 1 : 2),
      gate_(std::move(executor)) {}

StreamPtr Session::find(std::uint32_t id) const {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : found->second;
}

void Session::forget_if_over(std::uint32_t id) {
    const StreamPtr stream = find(id);
    if (stream && stream->ended_ && stream->received_.ended()) streams_.erase(id);
}

Task<void> Session::send(std::string frame) {
    (void)co_await writer_.write(std::move(frame));
}

Task<Status> Session::send_data(std::uint32_t stream, std::string bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += frame_size) {
        const std::string_view piece = std::string_view(bytes).substr(at, frame_size);
        const Status written = co_await writer_.write(data(stream, piece, false));
        if (!written) co_return written;
    }
    co_return Status{};
}

Task<Result<StreamPtr>> Session::open(Headers headers, Call call) {
    if (closed().cancelled()) co_return std::unexpected(closed().reason());
    const std::uint32_t id = std::exchange(next_id_, next_id_ + 2);
    const auto stream = std::make_shared<Stream>(this, id, headers, clock_);
    const Promise<Status> reply;
    stream->reply_ = reply;
    streams_.emplace(id, stream);
    Status opened = co_await writer_.write(encoder_.syn_stream(id, headers));
    if (opened) opened = co_await bounded(clock_, reply, std::move(call));
    if (!opened) {
        stream->close();
        co_return std::unexpected(opened.error());
    }
    co_return stream;
}

Task<Result<StreamPtr>> Session::accept(Call call) {
    while (accepted_.empty()) {
        if (closed().cancelled()) co_return std::unexpected(closed().reason());
        const Promise<Status> more;
        acceptor_ = more;
        const Status waited = co_await bounded(clock_, more, call);
        acceptor_.reset();
        if (!waited) co_return std::unexpected(waited.error());
    }
    StreamPtr stream = std::move(accepted_.front());
    accepted_.pop_front();
    co_return stream;
}

Task<void> Session::handle_syn(SynStream frame) {
    const bool theirs = (frame.stream % 2 == 1) == (role_ == Role::server);
    if (!theirs || frame.stream <= last_accepted_) {
        co_return co_await send(reset(frame.stream, ResetStatus::protocol_error));
    }
    last_accepted_ = frame.stream;
    if (streams_.size() >= most_streams) {
        co_return co_await send(reset(frame.stream, ResetStatus::refused));
    }
    const auto stream = std::make_shared<Stream>(this, frame.stream, std::move(frame.headers), clock_);
    if (frame.fin) stream->received_.end();
    streams_.emplace(frame.stream, stream);
    co_await send(encoder_.syn_reply(frame.stream));
    accepted_.push_back(stream);
    if (acceptor_) acceptor_->set({});
}

Task<void> Session::handle_data(Data frame) {
    const StreamPtr stream = find(frame.stream);
    if (!stream) co_return;
    if (!frame.bytes.empty()) co_await stream->received_.put(std::move(frame.bytes));
    if (frame.fin) stream->received_.end();
    forget_if_over(frame.stream);
}

void Session::handle_reset(const Reset& frame) {
    const StreamPtr stream = find(frame.stream);
    if (!stream) return;
    const Error refused{Code::unavailable, "the other side has reset the stream"};
    if (stream->reply_) stream->reply_->set(std::unexpected(refused));
    stream->ended_ = true;
    stream->received_.end(refused);
    streams_.erase(frame.stream);
}

Task<void> Session::handle(Frame frame) {
    if (auto* syn = std::get_if<SynStream>(&frame)) {
        co_await handle_syn(std::move(*syn));
    } else if (auto* data = std::get_if<Data>(&frame)) {
        co_await handle_data(std::move(*data));
    } else if (const auto* reset = std::get_if<Reset>(&frame)) {
        handle_reset(*reset);
    } else if (const auto* reply = std::get_if<SynReply>(&frame)) {
        const StreamPtr stream = find(reply->stream);
        if (!stream) co_return;
        if (stream->reply_) stream->reply_->set({});
        if (reply->fin) stream->received_.end();
    } else if (const auto* ping_frame = std::get_if<Ping>(&frame)) {
        const bool theirs = (ping_frame->id % 2 == 1) == (role_ == Role::server);
        if (theirs) co_await send(ping(ping_frame->id));
    }
}

Task<Status> Session::handle_all() {
    while (true) {
        auto frame = decoder_.next();
        if (!frame) co_return std::unexpected(frame.error());
        if (!*frame) co_return Status{};
        if (closed().cancelled()) co_return std::unexpected(closed().reason());
        co_await handle(std::move(**frame));
    }
}

void Session::start(std::string_view received) {
    started_ = true;
    decoder_.feed(received);
    gate_.spawn(receive());
}

Task<void> Session::receive() {
    const Call unlimited{MonotonicTime::max(), {}};
    Error why = connection_closed();
    while (true) {
        const auto bytes = co_await connection_->read(read_size, unlimited);
        if (!bytes) why = bytes.error();
        if (!bytes || bytes->empty()) break;
        // After stop(), what still comes is read and forgotten, so that nothing sent before is lost.
        if (closed().cancelled()) continue;
        decoder_.feed(*bytes);
        const Status handled = co_await handle_all();
        if (handled || closed().cancelled()) continue;
        why = handled.error();
        break;
    }
    end_all(why);
    connection_->close();
    drained_.set({});
}

void Session::end_all(const Error& why) {
    closed_.cancel(why);
    // What a stream has received can still be read: the other side may close as soon as it has sent all.
    for (const auto& [id, stream] : std::exchange(streams_, {})) {
        stream->ended_ = true;
        stream->received_.end(why);
        if (stream->reply_) stream->reply_->set(std::unexpected(why));
    }
    if (acceptor_) acceptor_->set(std::unexpected(why));
}

Task<void> Session::stop() {
    const bool open = !closed().cancelled();
    end_all(connection_closed());
    if (open) {
        const Call limit = clock_->call_within(good_bye_limit);
        const Timer impatient = clock_->at(limit.deadline, [this] { connection_->close(); });
        (void)co_await writer_.write(go_away(last_accepted_));
        (void)co_await connection_->end(limit);
        if (started_) (void)co_await bounded(clock_, drained_, limit);
    }
    connection_->close();
    co_await gate_.close();
}

}  // namespace hooklet::spdy
