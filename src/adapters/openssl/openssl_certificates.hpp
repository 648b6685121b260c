// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/certificates.hpp"

namespace hooklet {

/// Certificates made by OpenSSL, with its randomness.
class OpensslCertificates final : public Certificates {
  public:
    Result<KeyPair> issue(CertificateSpec spec, KeyPair authority) override;
    Result<CertificateSpec> inspect(KeyPair pair, std::string authority) override;
    Result<std::string> make_key() override;
};

}  // namespace hooklet
