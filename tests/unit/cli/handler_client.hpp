// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/bounded.hpp"
#include "ports/http_client.hpp"
#include "ports/http_server.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hooklet::cli {

/// A client whose server is a handler in this process, until that is lost. Keeps the requests for the test to
/// look at.
class HandlerClient final : public HttpClient {
  public:
    HandlerClient(HttpHandler* handler, const Executor& executor, Clock* clock)
        : handler_(handler), clock_(clock), gate_(executor) {}

    Task<Result<std::unique_ptr<HttpAnswer>>> send(HttpClientRequest request, Call call) override {
        requests.push_back(request.method + " " + request.target);
        headers = request.headers;
        body = request.body;
        if (handler_ == nullptr) co_return fail(Code::not_found, "No such file or directory");
        auto exchange = std::make_shared<Exchange>(std::move(request));
        gate_.spawn(handle(handler_, exchange));
        open_.push_back(exchange);
        while (exchange->reply.status == 0) {
            const Status news = co_await exchange->news(clock_, call);
            if (!news) co_return std::unexpected(news.error());
        }
        co_return std::make_unique<Answer>(exchange, clock_);
    }
    /// The server is gone, and all connections with it.
    void lose_server() {
        handler_ = nullptr;
        for (const std::weak_ptr<Exchange>& one : std::exchange(open_, {})) {
            if (const auto exchange = one.lock()) exchange->lose();
        }
    }
    /// There is another one.
    void serve(HttpHandler* handler) { handler_ = handler; }
    /// After the last answer has gone.
    Task<void> close() {
        if (!std::exchange(closed_, true)) co_await gate_.close();
    }

    std::vector<std::string> requests;
    std::vector<HttpHeader> headers;  ///< Of the last request.
    std::string body;

  private:
    class Exchange final : public HttpExchange {
      public:
        explicit Exchange(HttpClientRequest request)
            : request_{std::move(request.method),
                       std::move(request.target),
                       std::move(request.headers),
                       std::move(request.body),
                       {}} {}
        [[nodiscard]] const HttpServerRequest& request() const override { return request_; }
        [[nodiscard]] CancelToken gone() const override { return left.token(); }
        Task<Status> respond(HttpReply whole) override {
            body = whole.body;
            finished = true;
            co_return answered(std::move(whole));
        }
        Task<Status> begin(HttpReply head) override { co_return answered(std::move(head)); }
        Task<Status> write(std::string piece) override {
            body += piece;
            tell();
            co_return Status{};
        }
        Task<Status> finish() override {
            finished = true;
            tell();
            co_return Status{};
        }
        Task<Result<ByteStream*>> upgrade(HttpReply) override {
            co_return fail(Code::internal, "nothing is upgraded here");
        }

        /// The client's end of the connection is broken.
        void lose() {
            lost = true;
            left.cancel({Code::cancelled, "the server ends"});
            tell();
        }

        /// Returns when something was written.
        Task<Status> news(Clock* clock, Call call) {
            if (std::exchange(told_, false)) co_return Status{};
            const Woken woken;
            waiting_ = woken;
            const auto come = co_await bounded(clock, woken, std::move(call));
            waiting_.reset();
            told_ = false;
            if (!come) co_return std::unexpected(come.error());
            co_return Status{};
        }

        HttpReply reply{.status = 0, .headers = {}};
        std::string body;
        bool finished = false;
        bool lost = false;
        CancelSource left;

      private:
        using Woken = Promise<Result<std::monostate>>;
        Status answered(HttpReply head) {
            reply = std::move(head);
            tell();
            return {};
        }
        void tell() {
            told_ = true;
            if (waiting_) waiting_->set({});
        }
        HttpServerRequest request_;
        bool told_ = false;
        std::optional<Woken> waiting_;
    };

    class Answer final : public HttpAnswer {
      public:
        Answer(std::shared_ptr<Exchange> exchange, Clock* clock)
            : exchange_(std::move(exchange)), clock_(clock) {}
        Answer(const Answer&) = delete;
        Answer& operator=(const Answer&) = delete;
        ~Answer() override { exchange_->left.cancel({Code::unavailable, "the client has gone"}); }
        [[nodiscard]] int status() const override { return exchange_->reply.status; }
        [[nodiscard]] const std::vector<HttpHeader>& headers() const override {
            return exchange_->reply.headers;
        }
        Task<Result<std::string>> read(Call call) override {
            while (exchange_->body.empty() && !exchange_->finished) {
                if (exchange_->lost) co_return fail(Code::unavailable, "the connection was lost");
                const Status news = co_await exchange_->news(clock_, call);
                if (!news) co_return std::unexpected(news.error());
            }
            co_return std::exchange(exchange_->body, {});
        }
        ByteStream* stream() override { return nullptr; }

      private:
        std::shared_ptr<Exchange> exchange_;
        Clock* clock_;
    };

    static Task<void> handle(HttpHandler* handler, std::shared_ptr<Exchange> exchange) {
        co_await handler->handle(exchange.get());
    }

    HttpHandler* handler_;
    Clock* clock_;
    Gate gate_;
    bool closed_ = false;
    std::vector<std::weak_ptr<Exchange>> open_;
};

}  // namespace hooklet::cli
