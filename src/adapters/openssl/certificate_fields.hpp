// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/openssl/owned.hpp"
#include "ports/certificates.hpp"

namespace hooklet::openssl {

/// Makes a new certificate say what the spec says, for this key; `issuer` is empty for one that signs itself.
/// Code::invalid: the spec has an address that is none, or a text that cannot stand in a certificate.
Status fill(X509* certificate, const CertificateSpec& spec, EVP_PKEY* key, X509* issuer);

/// What the certificate says. Code::invalid: what it is for or how long cannot be read.
Result<CertificateSpec> spec_of(X509* certificate);

}  // namespace hooklet::openssl
