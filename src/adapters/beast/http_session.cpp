// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/http_session.hpp"

#include "adapters/beast/completion.hpp"

#include <utility>

namespace hooklet {

HttpSession::HttpSession(std::shared_ptr<ServerStream> stream, HttpPeer peer, Service service)
    : stream_(std::move(stream)),
      peer_(std::move(peer)),
      service_(service),
      reader_({service.options->head_limit, service.options->body_limit}),
      known_(peer_.user_id || peer_.certificate) {}

Task<void> HttpSession::run() {
    bool again = true;
    while (again && !draining_) {
        const bool asked = co_await read_request();
        if (!asked) break;
        again = co_await answer();
    }
    co_await leave();
}

void HttpSession::drain() {
    draining_ = true;
    if (exchange_ != nullptr) {
        exchange_->drain();
    } else if (!reader_.begun()) {
        stream_->close();
    }
}

MonotonicTime HttpSession::patience() {
    const HttpServerOptions& options = *service_.options;
    const MonotonicTime now = service_.clock->now();
    if (!reader_.begun()) return now + (known_ ? options.idle : options.stranger_idle);
    if (!reader_.head_done()) return head_until_ ? *head_until_ : head_until_.emplace(now + options.head);
    return body_until_ ? *body_until_ : body_until_.emplace(now + options.body);
}

Task<bool> HttpSession::read_request() {
    head_until_.reset();
    body_until_.reset();
    auto read = reader_.feed(std::exchange(rest_, {}));
    bool looked_at = false;
    while (read && !reader_.done()) {
        if (reader_.head_done() && !std::exchange(looked_at, true)) {
            const bool wanted = co_await wants_body();
            if (!wanted) co_return false;
        }
        if (!known_ && !reader_.begun()) seat_.emplace(service_.strangers, stream_.get());
        const Call call(patience(), {});
        const auto bytes = co_await stream_->read(read_size, call);
        seat_.reset();
        if (!bytes || bytes->empty()) co_return false;
        read = reader_.feed(*bytes);
    }
    if (!read) co_await refuse(reply_of(read.error()));
    co_return read.has_value();
}

Task<bool> HttpSession::wants_body() {
    HttpServerRequest head = reader_.head();
    head.peer = peer_;
    auto refusal = service_.handler->turn_away(head);
    if (refusal) {
        co_await refuse(*std::move(refusal));
        co_return false;
    }
    if (!reader_.expects_continue()) co_return true;
    const Call call = service_.clock->call_within(service_.options->write);
    const Status sent = co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n", call);
    co_return sent.has_value();
}

Task<void> HttpSession::refuse(HttpReply reply) {
    const Call call = service_.clock->call_within(service_.options->write);
    std::string bytes =
        http_reply_head(reply, HttpFraming::length, false, service_.clock->wall()) + reply.body;
    co_await stream_->write(std::move(bytes), call);
}

Task<bool> HttpSession::answer() {
    const BeastHttpExchange::Terms terms{service_.clock, service_.options->write,
                                         reader_.keep_alive() && !draining_, reader_.knows_chunks()};
    HttpServerRequest request = reader_.take();
    request.peer = peer_;
    rest_ = reader_.take_rest();
    BeastHttpExchange exchange(stream_.get(), std::move(request), &rest_, terms);
    exchange_ = &exchange;
    co_await service_.handler->handle(&exchange);
    const bool again = co_await exchange.conclude();
    exchange_ = nullptr;
    if (!exchange.request().header("Authorization").empty()) known_ = exchange.status() != 401;
    co_return again;
}

Task<void> HttpSession::leave() {
    if (!stream_->open()) co_return;
    const Call call = service_.clock->call_within(service_.options->linger);
    co_await stream_->end(call);
    while (true) {
        const auto bytes = co_await stream_->read(read_size, call);
        if (!bytes || bytes->empty()) break;
    }
    stream_->close();
}

}  // namespace hooklet
