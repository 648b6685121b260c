// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/beast/beast_http_server.hpp"
#include "manual_clock.hpp"
#include "support/scratch_folder.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <gtest/gtest.h>

namespace hooklet {

/// Answers with what a coroutine without captures does.
class ScriptedHandler final : public HttpHandler {
  public:
    using Script = std::function<Task<void>(HttpExchange*)>;
    explicit ScriptedHandler(Script script) : script_(std::move(script)) {}
    Task<void> handle(HttpExchange* exchange) override {
        ++calls;
        co_await script_(exchange);
    }
    std::optional<HttpReply> turn_away(const HttpServerRequest& head) override {
        EXPECT_EQ(head.body, "");
        return refusal;
    }
    int calls = 0;
    std::optional<HttpReply> refusal{};  ///< Of everything that has a body.

  private:
    Script script_;
};

/// Answers 200 with `METHOD TARGET BODY`.
Task<void> echo(HttpExchange* exchange);

/// A client that sends bytes as they are. Each call drives the loop, so the server runs meanwhile.
class RawClient {
  public:
    struct TlsSettings {
        std::vector<std::string> protocols{};  ///< For ALPN.
        std::optional<KeyPair> certificate{};
        int highest_version = 0;  ///< As OpenSSL numbers them; 0: the newest.
    };
    /// Connects to a Unix socket.
    RawClient(asio::io_context& loop, const std::string& path);
    /// Connects to a port of 127.0.0.1, without TLS as long as start_tls() is not called.
    RawClient(asio::io_context& loop, std::uint16_t port);
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// Whether the handshake succeeds.
    bool start_tls(const TlsSettings& settings);
    /// The protocol that ALPN has chosen.
    std::string protocol();
    void send(std::string bytes);
    /// What comes up to `marker`, with it; what there was when the connection ends before.
    std::string read_until(const std::string& marker);
    /// What comes until the server ends the connection.
    std::string read_all();
    /// Sends a GET and returns the answer's body. Precondition: it has a length.
    std::string get(const std::string& target);
    /// No more will be sent.
    void end();
    void close();

  private:
    using Socket = asio::generic::stream_protocol::socket;
    asio::io_context& loop_;
    Socket socket_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
    std::optional<asio::ssl::stream<Socket&>> tls_;
    std::string buffer_;
};

/// A server on a Unix socket and a client for it. Timeouts are hours, so that none comes but those that a
/// test sets to a millisecond.
class ServerBench {
  public:
    explicit ServerBench(ScriptedHandler::Script script = echo, HttpServerOptions options = patient());
    ServerBench(const ServerBench&) = delete;
    ServerBench& operator=(const ServerBench&) = delete;
    ~ServerBench();

    static HttpServerOptions patient();
    RawClient client() { return {loop, folder.path("api.sock")}; }
    /// Connects, sends, and reads until the server ends the connection.
    std::string answer_to(const std::string& bytes);
    void stop(Duration limit = std::chrono::milliseconds{1});

    asio::io_context loop;
    ManualClock clock{loop.get_executor()};
    ScratchFolder folder;
    ScriptedHandler handler;
    BeastHttpServer server;

  private:
    bool stopped_ = false;
};

}  // namespace hooklet
