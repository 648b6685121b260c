// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/server_stream.hpp"

#include "adapters/beast/completion.hpp"
#include "ports/bounded.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <poll.h>

namespace hooklet {

namespace {

using boost::system::error_code;
using Transferred = std::tuple<error_code, std::size_t>;

constexpr std::size_t record_size = 16UL * 1024;
/// What is read ahead of whoever asks for it.
constexpr std::size_t most_input = 64UL * 1024;

/// Whether both directions have ended.
bool is_hung_up(int socket) {
    pollfd state{socket, 0, 0};
    return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

ServerStream::ServerStream(Socket socket, Clock* clock, Duration unread_limit)
    : socket_(std::move(socket)), clock_(clock), unread_limit_(unread_limit) {}

void ServerStream::abort(Error why) {
    if (failed_) return;
    failed_ = std::move(why);
    error_code ignored;
    socket_.close(ignored);
    if (auto reader = std::exchange(reader_, std::nullopt)) reader->set(std::unexpected(*failed_));
    room_.notify();
    gone_.cancel(*failed_);
}

bool ServerStream::full() const {
    return input_.size() >= most_input && !failed_;
}

void ServerStream::watch_unread() {
    if (std::exchange(watched_, true)) return;
    socket_.async_wait(Socket::wait_error, [weak = weak_from_this()](const error_code& /*error*/) {
        const auto self = weak.lock();
        if (!self || self->failed_) return;
        self->watched_ = false;
        // Urgent bytes of the client come here too.
        if (!is_hung_up(self->socket_.native_handle())) return;
        const MonotonicTime limit = self->clock_->now() + self->unread_limit_;
        self->unread_ = self->clock_->at(limit, [stream = self.get()] {
            if (!stream->input_.empty()) stream->abort({Code::unavailable, "the client has gone"});
        });
    });
}

ServerStream::Watch ServerStream::watch(const Call& call) {
    if (call.cancel.cancelled()) abort(call.cancel.reason());
    return {clock_->at(call.deadline, [this] { abort({Code::deadline, "timed out"}); }),
            call.cancel.on_cancel([this, cancel = call.cancel] { abort(cancel.reason()); })};
}

Task<Result<TlsPeer>> ServerStream::start_tls(std::shared_ptr<ServerTls> tls, Call call) {
    context_ = std::move(tls);
    tls_.emplace(socket_, context_->context());
    TlsPeer peer;
    context_->prepare(tls_->native_handle(), &peer, clock_->wall());
    const Watch watching = watch(call);
    if (failed_) co_return std::unexpected(*failed_);
    const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, no_throw);
    if (error) abort({Code::unavailable, "tls: " + error.message()});
    if (failed_) co_return std::unexpected(*failed_);
    ServerTls::finish(tls_->native_handle(), &peer);
    co_return peer;
}

Task<void> ServerStream::pump(std::shared_ptr<ServerStream> self) {
    bool more = self->open();
    while (more) {
        more = co_await self->pump_once();
        while (self->full()) {
            self->watch_unread();
            co_await self->room_.wait();
        }
    }
    if (self->open()) self->watch_unread();
}

Task<bool> ServerStream::pump_once() {
    std::string bytes(record_size, '\0');
    Transferred received;
    if (tls_) {
        received = co_await tls_->async_read_some(asio::buffer(bytes), no_throw);
    } else {
        received = co_await socket_.async_read_some(asio::buffer(bytes), no_throw);
    }
    const auto [error, count] = received;
    if (failed_) co_return false;
    if (error && !is_end_of_stream(error)) {
        abort({Code::unavailable, "the connection was lost: " + error.message()});
        co_return false;
    }
    input_.append(bytes, 0, count);
    input_ended_ = static_cast<bool>(error);
    if (auto reader = std::exchange(reader_, std::nullopt)) reader->set({});
    if (input_ended_ && !half_close_) gone_.cancel({Code::unavailable, "the client has gone"});
    co_return !input_ended_;
}

Task<Result<std::string>> ServerStream::read(std::size_t limit, Call call) {
    while (input_.empty()) {
        if (failed_) co_return std::unexpected(*failed_);
        if (input_ended_) co_return std::string();
        const Promise<Status> arrived;
        reader_ = arrived;
        const Status waited = co_await bounded(clock_, arrived, call);
        if (!waited) co_return std::unexpected(waited.error());
    }
    std::string bytes = input_.substr(0, limit);
    input_.erase(0, bytes.size());
    if (input_.size() < most_input) room_.notify();
    co_return bytes;
}

Task<Status> ServerStream::write(std::string bytes, Call call) {
    if (failed_) co_return std::unexpected(*failed_);
    const Watch watching = watch(call);
    if (failed_) co_return std::unexpected(*failed_);
    Transferred sent;
    if (tls_) {
        sent = co_await asio::async_write(*tls_, asio::buffer(bytes), no_throw);
    } else {
        sent = co_await asio::async_write(socket_, asio::buffer(bytes), no_throw);
    }
    const error_code error = std::get<0>(sent);
    if (error) abort({Code::unavailable, "the client has gone: " + error.message()});
    if (failed_) co_return std::unexpected(*failed_);
    co_return Status{};
}

Task<Status> ServerStream::end(Call /*call*/) {
    if (failed_) co_return std::unexpected(*failed_);
    if (tls_) {
        // Ends only when the client has answered: nobody waits for that.
        tls_->async_shutdown([self = shared_from_this()](const error_code&) {});
        co_return Status{};
    }
    error_code error;
    socket_.shutdown(asio::socket_base::shutdown_send, error);
    if (error) co_return std::unexpected(Error{Code::unavailable, error.message()});
    co_return Status{};
}

void ServerStream::close() {
    abort({Code::unavailable, "the connection was closed"});
}

}  // namespace hooklet
