// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "ports/certificates.hpp"
#include "ports/http_server.hpp"

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ssl/context.hpp>

namespace hooklet {

/// What a TLS handshake says of the client.
struct TlsPeer {
    std::optional<HttpPeer::Certificate> certificate;
    bool refused = false;  ///< It showed a certificate that does not verify.
};

/// The server's side of TLS 1.2 and 1.3: HTTP/1.1 only, a client certificate is asked for and not demanded.
/// One that does not verify (other authority, out of its time, not for clients) does not end the handshake:
/// a client that is told 401 can say what is wrong, one that gets a TLS alert cannot.
class ServerTls {
  public:
    /// `client_authorities`: PEM, one or more. Code::invalid: one of the parts cannot be used.
    static Result<std::shared_ptr<ServerTls>> make(const KeyPair& server,
                                                   const std::string& client_authorities);
    [[nodiscard]] asio::ssl::context& context() { return context_; }
    /// Before the handshake: certificates are judged as of `now`. `peer` lives until finish().
    void prepare(SSL* ssl, TlsPeer* peer, WallTime now) const;
    /// After it: completes `peer`.
    static void finish(SSL* ssl, TlsPeer* peer);

  private:
    asio::ssl::context context_{asio::ssl::context::tls_server};
};

}  // namespace hooklet
