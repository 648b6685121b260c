// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// A certificate and its private key, both in PEM.
struct KeyPair {
    std::string certificate;
    std::string key;
    bool operator==(const KeyPair&) const = default;
};

enum class CertificateUse : std::uint8_t {
    authority,  ///< Signs others.
    server,     ///< Proves to TLS clients which server this is.
    client,     ///< Proves to TLS servers who asks.
};

/// What a certificate says. Times have whole seconds.
struct CertificateSpec {
    CertificateUse use = CertificateUse::client;
    std::string common_name;
    std::vector<std::string> organizations{};
    std::vector<std::string> dns_names{};  ///< Subject alternative names.
    std::vector<std::string> addresses{};  ///< The same, IPv4 and IPv6 in their canonical text.
    WallTime not_before{};
    WallTime not_after{};
    bool operator==(const CertificateSpec&) const = default;
};

/// Makes and reads X.509 certificates with ECDSA P-256 keys. Short calls that do not wait.
class Certificates {
  public:
    virtual ~Certificates() = default;
    /// A certificate with a new key, signed by `authority`; an authority's certificate is signed by itself
    /// when that is empty. Code::invalid: what the spec or the authority says makes no certificate.
    virtual Result<KeyPair> issue(CertificateSpec spec, KeyPair authority) = 0;
    /// What the pair's certificate says. Code::invalid: it is none, the key is not its own, or the key of the
    /// `authority` certificate has not signed it. Whether it is valid now is the caller's question.
    virtual Result<CertificateSpec> inspect(KeyPair pair, std::string authority) = 0;
    /// A new private key in PEM.
    virtual Result<std::string> make_key() = 0;
};

}  // namespace hooklet
