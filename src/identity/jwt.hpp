// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"
#include "ports/token_signer.hpp"

#include <string>
#include <string_view>

namespace hooklet::identity {

/// A JSON web token (RFC 7519) in its compact form, signed with ES256; the header names the key.
Result<std::string> sign_jwt(const TokenSigner& signer, const api::Node& claims);

/// The claims of a token that this signer has signed; what they say is not looked at. Code::invalid for
/// everything else: another algorithm or none, another key, a changed signature. No error text has any part
/// of the token.
Result<api::Node> verify_jwt(const TokenSigner& signer, std::string_view token);

}  // namespace hooklet::identity
