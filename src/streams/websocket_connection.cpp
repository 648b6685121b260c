// SPDX-License-Identifier: Apache-2.0
#include "streams/websocket_connection.hpp"

#include "ports/bounded.hpp"

#include <utility>

namespace hooklet::websocket {

namespace {

constexpr std::size_t read_size = 32 * 1024;
constexpr std::size_t message_size = 32 * 1024;
constexpr Duration good_bye_limit = std::chrono::seconds{1};

}  // namespace

Task<Result<Message>> Connection::ended(Error why, CloseCode code) {
    if (!std::exchange(closing_, true) && code != CloseCode::normal) {
        (void)co_await writer_.write(encode(Opcode::close, close_payload(code, why.message)));
    }
    over_.set({});
    co_return std::unexpected(std::move(why));
}

Task<Result<std::optional<Message>>> Connection::filter(Message message) {
    switch (message.opcode) {
        case Opcode::ping:
            (void)co_await writer_.write(encode(Opcode::pong, message.payload));
            co_return std::nullopt;
        case Opcode::close:
            if (!std::exchange(closing_, true)) {
                (void)co_await writer_.write(encode(Opcode::close, message.payload.substr(0, 2)));
            }
            over_.set({});
            co_return fail(Code::unavailable, "the client has closed the connection");
        case Opcode::text:
        case Opcode::binary:
            co_return std::move(message);
        default:
            co_return std::nullopt;
    }
}

Task<Result<std::string>> Connection::read(CancelToken cancel) {
    const Call unlimited{MonotonicTime::max(), std::move(cancel)};
    receiving_ = true;
    auto bytes = co_await stream_->read(read_size, unlimited);
    receiving_ = false;
    co_return bytes;
}

Task<Result<Message>> Connection::receive(CancelToken cancel) {
    while (true) {
        auto message = decoder_.next();
        if (!message) co_return co_await ended(message.error(), decoder_.close_code());
        if (*message) {
            auto wanted = co_await filter(std::move(**message));
            if (!wanted) co_return std::unexpected(std::move(wanted.error()));
            if (*wanted) co_return std::move(**wanted);
            continue;
        }
        auto bytes = co_await read(cancel);
        const Error gone{Code::unavailable, "the client has gone"};
        if (!bytes) co_return co_await ended(bytes.error(), CloseCode::normal);
        if (bytes->empty()) co_return co_await ended(gone, CloseCode::normal);
        decoder_.feed(*bytes);
    }
}

Task<Status> Connection::send(Opcode opcode, std::string payload) {
    if (closing_) co_return fail(Code::unavailable, "the connection is closed");
    co_return co_await writer_.write(encode(opcode, payload));
}

Task<void> Connection::close(CloseCode code, std::string reason) {
    const std::string payload = close_payload(code, reason);
    if (!std::exchange(closing_, true)) {
        const Call limit = clock_->call_within(good_bye_limit);
        const Timer impatient = clock_->at(limit.deadline, [this] { stream_->close(); });
        const Status sent = co_await writer_.write(encode(Opcode::close, payload));
        if (sent && receiving_) (void)co_await bounded(clock_, over_, limit);
    }
    stream_->close();
}

void Connection::abort() {
    closing_ = true;
    stream_->close();
}

Task<Result<std::string>> Tunnel::read(std::size_t limit, Call call) {
    while (rest_.empty()) {
        auto message = co_await connection_.receive(call.cancel);
        if (!message && message.error().code == Code::unavailable) co_return std::string();
        if (!message) co_return std::unexpected(std::move(message.error()));
        rest_ = std::move(message->payload);
    }
    std::string taken = rest_.substr(0, limit);
    rest_.erase(0, limit);
    co_return taken;
}

Task<Status> Tunnel::write(std::string bytes, Call /*call*/) {
    for (std::size_t at = 0; at < bytes.size(); at += message_size) {
        const Status sent = co_await connection_.send(Opcode::binary, bytes.substr(at, message_size));
        if (!sent) co_return sent;
    }
    co_return Status{};
}

Task<Status> Tunnel::end(Call /*call*/) {
    co_await connection_.close(good_bye_, std::string());
    co_return Status{};
}

}  // namespace hooklet::websocket
