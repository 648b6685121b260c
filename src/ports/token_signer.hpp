// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace hooklet {

/// One ECDSA P-256 key that signs with SHA-256: ES256 of RFC 7518. Short calls that do not wait.
class TokenSigner {
  public:
    virtual ~TokenSigner() = default;
    /// The SHA-256 of the public key (DER, SubjectPublicKeyInfo): 32 bytes that name the key.
    [[nodiscard]] virtual std::string key_digest() const = 0;
    /// The public key as the numbers X and Y (RFC 7518, 6.2.1), 32 bytes each.
    [[nodiscard]] virtual std::string public_key() const = 0;
    /// The signature as R and S, 32 bytes each.
    [[nodiscard]] virtual Result<std::string> sign(std::string_view bytes) const = 0;
    /// Whether this key made the signature of these bytes.
    [[nodiscard]] virtual bool verify(std::string_view bytes, std::string_view signature) const = 0;
};

}  // namespace hooklet
