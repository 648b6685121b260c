// SPDX-License-Identifier: Apache-2.0
#include "adapters/openssl/openssl_certificates.hpp"

#include "adapters/openssl/certificate_fields.hpp"
#include "adapters/openssl/owned.hpp"

#include <utility>

namespace hooklet {

using namespace openssl;

Result<KeyPair> OpensslCertificates::issue(CertificateSpec spec, KeyPair authority) {
    auto key = new_key();
    if (!key) return std::unexpected(key.error());
    Certificate issuer;
    Key issuer_key;
    if (authority != KeyPair{}) {
        auto read = read_certificate(authority.certificate);
        auto signer = read_key(authority.key);
        if (!read || !signer) return wrap("the authority", read ? signer.error() : read.error());
        issuer = *std::move(read);
        issuer_key = *std::move(signer);
    }
    const Certificate certificate(X509_new());
    if (auto filled = fill(certificate.get(), spec, key->get(), issuer.get()); !filled) {
        return std::unexpected(filled.error());
    }
    if (X509_sign(certificate.get(), issuer_key ? issuer_key.get() : key->get(), EVP_sha256()) == 0) {
        return failure(Code::invalid, "sign a certificate");
    }
    auto text = write_certificate(certificate.get());
    auto key_text = write_key(key->get());
    if (!text || !key_text) return std::unexpected(text ? key_text.error() : text.error());
    return KeyPair{*std::move(text), *std::move(key_text)};
}

Result<CertificateSpec> OpensslCertificates::inspect(KeyPair pair, std::string authority) {
    const auto certificate = read_certificate(pair.certificate);
    if (!certificate) return std::unexpected(certificate.error());
    const auto key = read_key(pair.key);
    if (!key) return std::unexpected(key.error());
    const auto issuer = read_certificate(authority);
    if (!issuer) return wrap("the authority", issuer.error());
    if (X509_check_private_key(certificate->get(), key->get()) != 1) {
        return failure(Code::invalid, "the private key is not the certificate's");
    }
    if (X509_verify(certificate->get(), X509_get0_pubkey(issuer->get())) != 1) {
        return failure(Code::invalid, "the certificate was signed by another authority");
    }
    return spec_of(certificate->get());
}

Result<std::string> OpensslCertificates::make_key() {
    const auto key = new_key();
    if (!key) return std::unexpected(key.error());
    return write_key(key->get());
}

}  // namespace hooklet
