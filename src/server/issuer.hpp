// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"
#include "ports/token_signer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hooklet::server {

/// What others need to check the tokens of service accounts by themselves (OpenID Connect Discovery 1.0):
/// `/.well-known/openid-configuration`, and the key at `/openid/v1/jwks` (RFC 7517). `address` is the
/// server's: `127.0.0.1:6443`. Nothing for other paths, and when nobody signs tokens.
std::optional<HttpReply> issuer_reply(const TokenSigner* signer, const std::string& address,
                                      const std::vector<std::string>& segments);

}  // namespace hooklet::server
