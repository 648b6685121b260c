// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/http_exchange.hpp"

#include <algorithm>
#include <utility>

namespace hooklet {

namespace {

/// Written at once; each such piece has the write timeout for itself, so that only a client that does not
/// read at all is dropped, whatever the size of the answer.
constexpr std::size_t piece_size = 256UL * 1024;

std::unexpected<Error> misused() {
    return fail(Code::internal, "an HTTP request is answered once");
}

}  // namespace

BeastHttpExchange::BeastHttpExchange(ServerStream* stream, HttpServerRequest request, std::string* rest,
                                     Terms terms)
    : stream_(stream), request_(std::move(request)), rest_(rest), terms_(terms), gone_(stream->gone()) {}

std::string BeastHttpExchange::head_of(const HttpReply& reply, HttpFraming framing) const {
    return http_reply_head(reply, framing, terms_.keep_alive, terms_.clock->wall());
}

Task<Status> BeastHttpExchange::send(std::string bytes, std::size_t from) {
    for (std::size_t at = from; at < bytes.size(); at += piece_size) {
        const Call call = terms_.clock->call_within(terms_.write_timeout);
        const Status sent = co_await stream_->write(bytes.substr(at, piece_size), call);
        if (!sent) co_return sent;
    }
    co_return Status{};
}

Task<Status> BeastHttpExchange::respond(HttpReply reply) {
    if (state_ != State::waiting) co_return misused();
    state_ = State::answered;
    status_ = reply.status;
    std::string bytes = head_of(reply, HttpFraming::length);
    if (is_head()) co_return co_await send(std::move(bytes));
    // The head goes with the body's beginning; a large body is not copied for it.
    const std::size_t together = std::min(reply.body.size(), piece_size - std::min(piece_size, bytes.size()));
    bytes.append(reply.body, 0, together);
    const Status begun = co_await send(std::move(bytes));
    if (!begun) co_return begun;
    co_return co_await send(std::move(reply.body), together);
}

Task<Status> BeastHttpExchange::begin(HttpReply head) {
    if (state_ != State::waiting) co_return misused();
    state_ = State::streaming;
    status_ = head.status;
    const HttpFraming framing = terms_.knows_chunks ? HttpFraming::chunked : HttpFraming::connection;
    co_return co_await send(head_of(head, framing));
}

Task<Status> BeastHttpExchange::write(std::string piece) {
    if (state_ != State::streaming) co_return misused();
    // An empty chunk would be the end.
    if (piece.empty() || is_head()) co_return Status{};
    std::string bytes = terms_.knows_chunks ? http_chunk(piece) : std::move(piece);
    co_return co_await send(std::move(bytes));
}

Task<Status> BeastHttpExchange::finish() {
    if (state_ != State::streaming) co_return misused();
    state_ = State::answered;
    if (is_head() || !terms_.knows_chunks) co_return Status{};
    co_return co_await send("0\r\n\r\n");
}

Task<Result<ByteStream*>> BeastHttpExchange::upgrade(HttpReply head) {
    if (state_ != State::waiting) co_return misused();
    state_ = State::upgraded;
    head.status = 101;
    stream_->allow_half_close();
    stream_->unread(std::exchange(*rest_, {}));
    const Status sent = co_await send(head_of(head, HttpFraming::upgrade));
    if (!sent) co_return std::unexpected(sent.error());
    co_return stream_;
}

void BeastHttpExchange::drain() {
    terms_.keep_alive = false;
    gone_.cancel({Code::cancelled, "the server is shutting down"});
}

Task<bool> BeastHttpExchange::conclude() {
    if (state_ == State::streaming) stream_->close();
    if (state_ == State::waiting) {
        HttpReply reply{500, {{"Content-Type", "text/plain; charset=utf-8"}}, "500 Internal Server Error"};
        terms_.keep_alive = false;
        co_await respond(std::move(reply));
    }
    co_return state_ == State::answered&& terms_.keep_alive && stream_->open();
}

}  // namespace hooklet
