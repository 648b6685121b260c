// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"
#include "identity/identity.hpp"
#include "identity/service_account_token.hpp"
#include "ports/clock.hpp"
#include "ports/http_server.hpp"
#include "ports/token_signer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::identity {

struct AuthenticationOptions {
    std::string issuer{default_issuer};                               ///< Of service account tokens.
    std::vector<std::string> audiences{std::string(default_issuer)};  ///< What this API is called in them.
    std::string admin_token{};     ///< A bearer token for the administrator; empty: there is none.
    std::uint32_t agent_user = 0;  ///< The user of this process; it and root administer over the Unix socket.
};

/// Whom a token stands for.
struct TokenIdentity {
    Identity user;
    std::vector<std::string> audiences;  ///< Of those that were asked for: whom the token is for.
};

/// Finds out who sent a request. What a client shows explicitly counts first: a client certificate (CN is the
/// user, O the groups), then a bearer token (the administrator's, or a service account's), then who it is on
/// the Unix socket. Whoever shows nothing is anonymous.
class Authenticator {
  public:
    /// All pointers outlive this.
    Authenticator(const Clock* clock, const TokenSigner* signer, const BoundObjects* objects,
                  AuthenticationOptions options);

    /// Every failure is status 401 with the text `Unauthorized`: something was shown and is not good. The
    /// error says what, for the log; it holds no part of a token.
    [[nodiscard]] Result<Identity> authenticate(const HttpServerRequest& request) const;
    /// The same for a token by itself (TokenReview), which is for one of the `audiences` at least. Empty:
    /// those of this API. The administrator's token is for this API alone.
    [[nodiscard]] Result<TokenIdentity> authenticate_token(
        std::string_view token, const std::vector<std::string>& audiences = {}) const;

  private:
    /// A token of this signer that stands in a Secret.
    [[nodiscard]] Result<TokenIdentity> authenticate_stored(std::string_view token, const api::Node& claims,
                                                            const std::vector<std::string>& audiences) const;

    const Clock* clock_;
    const TokenSigner* signer_;
    const BoundObjects* objects_;
    AuthenticationOptions options_;
};

/// What a request shows in `Authorization: Bearer`, or empty.
std::string_view bearer_token(const HttpServerRequest& request);

}  // namespace hooklet::identity
