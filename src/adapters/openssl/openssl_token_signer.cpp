// SPDX-License-Identifier: Apache-2.0
#include "adapters/openssl/openssl_token_signer.hpp"

#include "adapters/openssl/owned.hpp"

#include <array>
#include <utility>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/err.h>

namespace hooklet {

using namespace openssl;

namespace {

/// Bytes of each of the two numbers of a signature.
constexpr std::size_t number_size = 32;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// From OpenSSL's form (DER) to that of RFC 7518, 3.4.
Result<std::string> raw_signature(const std::vector<unsigned char>& der) {
    const unsigned char* at = der.data();
    const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::array<unsigned char, 2 * number_size> raw{};
    if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), number_size) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + number_size, number_size) < 0) {
        return failure(Code::internal, "sign");
    }
    return std::string(raw.begin(), raw.end());
}

/// The reverse; empty when it cannot be a signature.
std::vector<unsigned char> der_signature(std::string_view raw) {
    const Signature signature(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(bytes_of(raw), number_size, nullptr);
    BIGNUM* s = BN_bin2bn(bytes_of(raw) + number_size, number_size, nullptr);
    if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) return {};
    const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
    if (size <= 0) return {};
    std::vector<unsigned char> der(static_cast<std::size_t>(size));
    unsigned char* at = der.data();
    i2d_ECDSA_SIG(signature.get(), &at);
    return der;
}

}  // namespace

struct OpensslTokenSigner::Impl {
    Key key;
};

OpensslTokenSigner::OpensslTokenSigner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

OpensslTokenSigner::~OpensslTokenSigner() = default;

Result<std::unique_ptr<OpensslTokenSigner>> OpensslTokenSigner::make(std::string_view key) {
    auto read = read_key(key);
    if (!read) return std::unexpected(read.error());
    std::array<char, 32> curve{};
    if (EVP_PKEY_get_base_id(read->get()) != EVP_PKEY_EC ||
        EVP_PKEY_get_group_name(read->get(), curve.data(), curve.size(), nullptr) != 1 ||
        std::string_view(curve.data()) != "prime256v1") {
        return failure(Code::invalid, "the key for tokens is not one of the curve P-256");
    }
    return std::unique_ptr<OpensslTokenSigner>(
        new OpensslTokenSigner(std::make_unique<Impl>(Impl{*std::move(read)})));
}

std::string OpensslTokenSigner::key_digest() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(impl_->key.get(), &der);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int digest_size = 0;
    EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), &digest_size, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    return {reinterpret_cast<const char*>(digest.data()), digest_size};
}

std::string OpensslTokenSigner::public_key() const {
    std::array<unsigned char, 2 * number_size> raw{};
    std::size_t at = 0;
    for (const char* name : {OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y}) {
        BIGNUM* number = nullptr;
        EVP_PKEY_get_bn_param(impl_->key.get(), name, &number);
        BN_bn2binpad(number, raw.data() + at, number_size);
        BN_free(number);
        at += number_size;
    }
    return {raw.begin(), raw.end()};
}

Result<std::string> OpensslTokenSigner::sign(std::string_view bytes) const {
    const Digest context(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes_of(bytes), bytes.size()) != 1) {
        return failure(Code::internal, "sign");
    }
    std::vector<unsigned char> der(size);
    if (EVP_DigestSign(context.get(), der.data(), &size, bytes_of(bytes), bytes.size()) != 1) {
        return failure(Code::internal, "sign");
    }
    der.resize(size);
    return raw_signature(der);
}

bool OpensslTokenSigner::verify(std::string_view bytes, std::string_view signature) const {
    if (signature.size() != 2 * number_size) return false;
    const std::vector<unsigned char> der = der_signature(signature);
    const Digest context(EVP_MD_CTX_new());
    const bool good =
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) == 1 &&
        EVP_DigestVerify(context.get(), der.data(), der.size(), bytes_of(bytes), bytes.size()) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace hooklet
