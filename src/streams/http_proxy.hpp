// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/clock.hpp"
#include "ports/dialer.hpp"
#include "ports/http_server.hpp"
#include "streams/answer_head.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hooklet {

/// Where a proxied request goes.
struct ProxyTarget {
    std::string host;  ///< An address, without brackets.
    std::uint16_t port = 80;
    std::string path = "/";  ///< With the query, escaped.
    std::string prefix;      ///< What leads clients to the server's `/`, without the last slash.
};

/// The head of the request as it is handed on: without what belongs to one connection only and what the
/// client proves to the API server with; with `X-Forwarded-For` and `X-Forwarded-Uri`.
std::string proxied_head(const HttpServerRequest& request, const ProxyTarget& target);

/// The headers of an answer as the client gets them: a `Location` on the same server leads through the proxy.
std::vector<HttpHeader> proxied_headers(const AnswerHead& answer, const ProxyTarget& target);

/// Hands requests on to plain HTTP/1.1 servers.
class HttpProxy {
  public:
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        Dialer* dialer = nullptr;
    };
    explicit HttpProxy(Ports ports) : ports_(std::move(ports)) {}

    /// Answers the exchange with what the target answers, piece by piece as it comes; after a 101 both
    /// connections are one. 503 when the target cannot be reached or does not speak HTTP. An answer that ends
    /// too early breaks the client's connection. Returns when all is over.
    Task<void> forward(HttpExchange* exchange, ProxyTarget target);

  private:
    /// The target's connection, once its head has come.
    struct Answer {
        std::unique_ptr<ByteStream> stream;
        AnswerHead head;
        std::string received;  ///< What came after the head.
    };
    Task<Result<Answer>> ask(HttpExchange* exchange, ProxyTarget target);
    Task<void> pass_on(HttpExchange* exchange, Answer answer, HttpReply head);
    Task<void> join(HttpExchange* exchange, Answer answer, HttpReply head);

    Ports ports_;
};

}  // namespace hooklet
