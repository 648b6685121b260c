// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace hooklet {

/// A server on the loopback interface that takes one connection and does one thing with it.
class OneShotServer {
  public:
    using Tcp = asio::ip::tcp;
    /// What to do with the connection; it is closed when this ends.
    using Script = std::function<Task<>(Tcp::socket)>;

    OneShotServer(asio::io_context& loop, Script script, const char* address = "127.0.0.1");
    OneShotServer(const OneShotServer&) = delete;
    OneShotServer& operator=(const OneShotServer&) = delete;
    ~OneShotServer();
    [[nodiscard]] std::uint16_t port() const;

  private:
    asio::io_context& loop_;
    Tcp::acceptor acceptor_;
    Gate gate_;
};

/// Reads a request's headers into `seen`, sends `answer`, and closes.
OneShotServer::Script answer_with(std::string answer, std::shared_ptr<std::string> seen = nullptr);
/// The same over TLS with a certificate of its own making. `server_name` gets the name that the client asked
/// for.
OneShotServer::Script answer_over_tls(std::string answer, std::shared_ptr<std::string> server_name);
/// Sends `first`, then `piece` again and again, until the client goes away; with no piece it just waits for
/// that.
OneShotServer::Script repeat(std::string first, std::string piece = "");
/// Closes when the first bytes have come.
OneShotServer::Script hang_up();
/// Reads until the client goes away, and never answers.
OneShotServer::Script never_answer();

}  // namespace hooklet
