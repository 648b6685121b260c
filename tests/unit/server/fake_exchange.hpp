// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hooklet::server {

/// One request and what was answered. Throws when it is answered twice, or out of order.
class FakeExchange final : public HttpExchange {
  public:
    explicit FakeExchange(HttpServerRequest request) : request_(std::move(request)) {}

    [[nodiscard]] const HttpServerRequest& request() const override { return request_; }
    [[nodiscard]] CancelToken gone() const override { return gone_.token(); }

    Task<Status> respond(HttpReply whole) override {
        answer(std::move(whole));
        finished = true;
        co_return Status{};
    }
    Task<Status> begin(HttpReply head) override {
        answer(std::move(head));
        co_return Status{};
    }
    Task<Status> write(std::string piece) override {
        if (reply.status == 0 || finished) throw std::logic_error("a piece of no answer");
        pieces.push_back(std::move(piece));
        co_return Status{};
    }
    Task<Status> finish() override {
        if (reply.status == 0 || finished) throw std::logic_error("the end of no answer");
        finished = true;
        co_return Status{};
    }
    Task<Result<ByteStream*>> upgrade(HttpReply) override {
        throw std::logic_error("nothing is upgraded here");
        co_return nullptr;
    }

    void hang_up() { gone_.cancel({Code::unavailable, "the client has gone"}); }
    [[nodiscard]] std::string header(std::string_view name) const {
        for (const HttpHeader& one : reply.headers) {
            if (one.name == name) return one.value;
        }
        return "";
    }

    HttpReply reply{.status = 0, .headers = {}};  ///< Status 0: no answer yet.
    std::vector<std::string> pieces;
    bool finished = false;

  private:
    void answer(HttpReply given) {
        if (reply.status != 0) throw std::logic_error("a second answer");
        reply = std::move(given);
    }

    HttpServerRequest request_;
    CancelSource gone_;
};

}  // namespace hooklet::server
