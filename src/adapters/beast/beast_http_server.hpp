// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/certificates.hpp"
#include "ports/clock.hpp"
#include "ports/http_server.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hooklet {

/// What one client may take of the server.
struct HttpServerOptions {
    std::size_t head_limit = 64UL * 1024;        ///< Bytes; beyond them 431.
    std::size_t body_limit = 3UL * 1024 * 1024;  ///< Bytes; beyond them 413.
    std::size_t connections = 4096;  ///< Of each listener; one more is closed at once. A watch is one.
    /// Connections without a request whose clients have not shown who they are, by a certificate, by the
    /// socket, or by a token that was not answered with 401. One more ends the one that has waited longest.
    std::size_t strangers = 512;
    Duration handshake = std::chrono::seconds{10};
    Duration idle = std::chrono::minutes{3};            ///< Until the next request begins.
    Duration stranger_idle = std::chrono::seconds{10};  ///< The same for strangers.
    Duration head = std::chrono::seconds{30};           ///< From the first byte to the end of the headers.
    Duration body = std::chrono::seconds{60};           ///< From there to the end of the body.
    Duration write = std::chrono::seconds{30};          ///< For each piece of an answer, of up to 256 KiB.
    Duration linger = std::chrono::milliseconds{500};   ///< For a client to read the last answer.
    Duration unread = std::chrono::seconds{30};  ///< For what a client that has gone had sent to be read.
    /// Told when no connection can be accepted (no file descriptors are left), once until one can again.
    std::function<void(const Error&)> refused{};
};

/// An HTTP/1.1 server on TLS and Unix sockets. Requests whose borders could be read in two ways are refused
/// with 400 and the connection is closed. A client certificate is asked for, not demanded; one that does not
/// verify lets the request through with HttpPeer::certificate_refused, so that the handler can answer 401:
/// kubectl then says "You must be logged in to the server" where a failed handshake would look like a broken
/// network.
class BeastHttpServer {
  public:
    /// `clock` measures all times above; it and `handler` outlive this.
    BeastHttpServer(Executor executor, Clock* clock, HttpHandler* handler, HttpServerOptions options = {});
    BeastHttpServer(const BeastHttpServer&) = delete;
    BeastHttpServer& operator=(const BeastHttpServer&) = delete;
    /// Precondition: nothing was listened on, or stop() has returned.
    ~BeastHttpServer();

    /// For the connections from now on; may be called again with a renewed one. `client_authorities` is PEM.
    /// Code::invalid when a part cannot be used; then the one before stays.
    Status use_certificate(KeyPair server, std::string client_authorities);
    /// Listens on an address (IPv4 or IPv6, no name) and returns the port, which is the system's choice for
    /// 0. Precondition: use_certificate() has succeeded. Code::invalid: no address; conflict: in use.
    Result<std::uint16_t> listen_tls(std::string address, std::uint16_t port);
    /// Listens on a Unix socket that only the own user and root can reach (mode 0600); an old socket there is
    /// replaced. Code::conflict when something else is there.
    Status listen_unix(std::string path);
    /// No new connections and requests; gone() fires for requests under way, which may end until the call
    /// does. What is left then is cut off. Returns when no handler runs any more.
    Task<void> stop(Call call);

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace hooklet
