// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"

#include <string>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace hooklet::bench {

/// A client's connection that stays open from request to request. Everything that goes wrong is thrown: a
/// benchmark has no use for half a run.
class Connection {
  public:
    /// Connects to a Unix socket.
    Connection(const Executor& executor, const std::string& socket);

    struct Answer {
        unsigned status = 0;
        std::string body;
    };
    /// `type`: of the body, when there is one.
    Task<Answer> ask(std::string method, std::string target, std::string body = "",
                     std::string type = "application/json");
    /// The same; throws for any status from 300 on.
    Task<Answer> done(std::string method, std::string target, std::string body = "",
                      std::string type = "application/json");

    /// Begins a request whose answer has no end. Then line() gives it line by line.
    Task<void> open(std::string target);
    Task<std::string> line();

  private:
    using Request = boost::beast::http::request<boost::beast::http::string_body>;
    Task<void> send(Request request);

    asio::local::stream_protocol::socket socket_;
    boost::beast::flat_buffer buffer_;
    std::string lines_;
};

}  // namespace hooklet::bench
