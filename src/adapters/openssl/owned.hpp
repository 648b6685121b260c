// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace hooklet::openssl {

/// OpenSSL's objects, freed when they go.
template <auto Free>
struct Deleter {
    void operator()(auto* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

/// A failure with what OpenSSL says of the last one; its queue is empty then.
std::unexpected<Error> failure(Code code, std::string what);

/// A new P-256 key.
Result<Key> new_key();
/// The first private key in a PEM text; Code::invalid when there is none. Never asks for a passphrase.
Result<Key> read_key(std::string_view pem);
Result<std::string> write_key(EVP_PKEY* key);
/// The first certificate in a PEM text; Code::invalid when there is none.
Result<Certificate> read_certificate(std::string_view pem);
Result<std::string> write_certificate(X509* certificate);
/// The last common name of the subject, or empty.
std::string common_name_of(const X509* certificate);
std::vector<std::string> organizations_of(const X509* certificate);

}  // namespace hooklet::openssl
