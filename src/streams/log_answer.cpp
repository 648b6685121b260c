// SPDX-License-Identifier: Apache-2.0
#include "streams/log_answer.hpp"

#include "api/base64.hpp"
#include "base/gate.hpp"
#include "streams/reply.hpp"
#include "streams/upgrade.hpp"
#include "streams/websocket_connection.hpp"

#include <array>

namespace hooklet {

namespace {

constexpr std::array<std::string_view, 2> protocols{"binary.k8s.io", "base64.binary.k8s.io"};

class ChunkedSink final : public LogSink {
  public:
    explicit ChunkedSink(HttpExchange* exchange) : exchange_(exchange) {}
    Task<Status> write(std::string piece) override { return exchange_->write(std::move(piece)); }

  private:
    HttpExchange* exchange_;
};

/// Sends the log and reads what the client says meanwhile: pings, and that it leaves.
class WebSocketSink final : public LogSink {
  public:
    WebSocketSink(Executor executor, Clock* clock, ByteStream* stream, bool base64)
        : connection_(stream, clock), base64_(base64), gate_(std::move(executor)) {}
    void start() { gate_.spawn(receive()); }
    [[nodiscard]] CancelToken gone() const { return gone_.token(); }

    Task<Status> write(std::string piece) override {
        if (base64_) return connection_.send(websocket::Opcode::text, api::to_base64(piece));
        return connection_.send(websocket::Opcode::binary, std::move(piece));
    }
    Task<void> finish(websocket::CloseCode code) {
        co_await connection_.close(code, std::string());
        co_await gate_.close();
    }

  private:
    Task<void> receive() {
        while (true) {
            const auto message = co_await connection_.receive(CancelToken());
            if (message) continue;
            gone_.cancel(message.error());
            co_return;
        }
    }

    websocket::Connection connection_;
    bool base64_;
    CancelSource gone_;
    Gate gate_;
};

Task<void> answer_in_chunks(HttpExchange* exchange, LogReader::Ports ports, LogRequest request) {
    HttpReply head;
    head.headers = {{"Content-Type", "text/plain"}};
    const Status begun = co_await exchange->begin(head);
    if (!begun) co_return;
    ChunkedSink sink(exchange);
    LogReader reader(ports, std::move(request), &sink);
    const Status read = co_await reader.run(exchange->gone());
    // Without an end the client sees that it was not the log's.
    if (!read && exchange->server_ends()) co_return;
    (void)co_await exchange->finish();
}

}  // namespace

Task<void> answer_log(HttpExchange* exchange, Executor executor, LogReader::Ports ports, LogRequest request) {
    if (!wants_upgrade(exchange->request(), "websocket")) {
        co_return co_await answer_in_chunks(exchange, ports, std::move(request));
    }
    const auto upgrade = accept_websocket(exchange->request(), protocols);
    if (!upgrade) {
        (void)co_await exchange->respond(status_reply(api::bad_request(upgrade.error().message)));
        co_return;
    }
    const auto connection = co_await exchange->upgrade(upgrade->reply);
    if (!connection) co_return;
    WebSocketSink sink(std::move(executor), ports.clock, *connection, upgrade->protocol == protocols[1]);
    sink.start();
    CancelSource over(exchange->gone());
    const CancelRegistration left = sink.gone().on_cancel([&over] { over.cancel(); });
    LogReader reader(ports, std::move(request), &sink);
    (void)co_await reader.run(over.token());
    using websocket::CloseCode;
    const CloseCode code = exchange->server_ends() ? CloseCode::going_away : CloseCode::normal;
    co_await sink.finish(code);
}

}  // namespace hooklet
