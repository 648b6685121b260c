// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/byte_stream.hpp"
#include "ports/certificates.hpp"
#include "ports/network.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// Where a server is, and how it and its client know each other.
struct HttpEndpoint {
    std::string socket{};  ///< Path of a Unix socket; the rest counts only when it is empty.
    std::string host{};    ///< Name or address, without brackets.
    std::uint16_t port = 443;
    bool tls = true;
    std::string authority{};  ///< PEM of who signs the server's certificate; empty: whom the machine trusts.
    std::string server_name{};          ///< The name in the server's certificate; empty: the host.
    bool verify = true;                 ///< Whether the server has to prove who it is.
    std::optional<KeyPair> identity{};  ///< The client's certificate.
};

/// A request of a client. Host, length and connection headers are the client's own business.
struct HttpClientRequest {
    std::string method = "GET";
    std::string target;  ///< Path and query, already escaped.
    std::vector<HttpHeader> headers{};
    std::string body{};
};

/// The answer to a request, with a body that is read as it comes. Its connection ends with it.
class HttpAnswer {
  public:
    virtual ~HttpAnswer() = default;
    [[nodiscard]] virtual int status() const = 0;
    [[nodiscard]] virtual const std::vector<HttpHeader>& headers() const = 0;
    /// The next bytes of the body; empty at its end. Code::unavailable when the connection is lost before,
    /// Code::deadline, or the token's reason.
    virtual Task<Result<std::string>> read(Call call) = 0;
    /// After status 101 the connection itself; nullptr after any other.
    virtual ByteStream* stream() = 0;
};

/// Sends requests to one server, each on a connection of its own.
class HttpClient {
  public:
    virtual ~HttpClient() = default;
    /// Returns when the head of the answer has come. not_found: there is no such host or socket; unavailable:
    /// nobody answers there; forbidden by the socket's mode: invalid; deadline, or the token's reason.
    virtual Task<Result<std::unique_ptr<HttpAnswer>>> send(HttpClientRequest request, Call call) = 0;
};

}  // namespace hooklet
