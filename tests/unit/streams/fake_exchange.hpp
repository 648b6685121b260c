// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"
#include "support/memory_stream.hpp"
#include "unit/streams/websocket_client.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// A request and what became of it; after an upgrade the client's end of the connection is here.
class FakeExchange final : public HttpExchange {
  public:
    FakeExchange(Clock* clock, HttpServerRequest request) : request_(std::move(request)) {
        auto [near, far] = sim::MemoryStream::pair(clock);
        server_ = std::move(near);
        client = std::move(far);
    }
    static HttpServerRequest websocket_request(const std::string& protocol) {
        HttpServerRequest request;
        request.method = "GET";
        request.headers = {{"Connection", "Upgrade"},
                           {"Upgrade", "websocket"},
                           {"Sec-WebSocket-Version", "13"},
                           {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
        if (!protocol.empty()) request.headers.push_back({"Sec-WebSocket-Protocol", protocol});
        return request;
    }
    static HttpServerRequest spdy_request(const std::string& protocol) {
        HttpServerRequest request;
        request.method = "POST";
        request.headers = {
            {"Connection", "Upgrade"}, {"Upgrade", "SPDY/3.1"}, {"X-Stream-Protocol-Version", protocol}};
        return request;
    }

    [[nodiscard]] const HttpServerRequest& request() const override { return request_; }
    [[nodiscard]] CancelToken gone() const override { return draining.token(); }
    Task<Status> respond(HttpReply answer) override {
        reply = std::move(answer);
        co_return Status{};
    }
    Task<Status> begin(HttpReply head) override {
        reply = std::move(head);
        co_return Status{};
    }
    Task<Status> write(std::string piece) override {
        reply->body += piece;
        co_return Status{};
    }
    Task<Status> finish() override {
        finished = true;
        co_return Status{};
    }
    Task<Result<ByteStream*>> upgrade(HttpReply head) override {
        reply = std::move(head);
        co_return server_.get();
    }

    // What a WebSocket client does.
    Task<void> send(websocket::Opcode opcode, std::string payload) {
        const Call unlimited{MonotonicTime::max(), {}};
        (void)co_await client->write(websocket::masked(opcode, payload), unlimited);
    }
    /// nullopt when the connection has ended.
    Task<std::optional<websocket::Message>> receive() {
        const Call unlimited{MonotonicTime::max(), {}};
        while (true) {
            if (auto message = websocket::take_message(received_)) co_return message;
            const auto bytes = co_await client->read(4096, unlimited);
            if (!bytes || bytes->empty()) co_return std::nullopt;
            received_ += *bytes;
        }
    }

    std::optional<HttpReply> reply;
    bool finished = false;
    std::unique_ptr<sim::MemoryStream> client;
    CancelSource draining;

  private:
    HttpServerRequest request_;
    std::unique_ptr<sim::MemoryStream> server_;
    std::string received_;
};

}  // namespace hooklet
