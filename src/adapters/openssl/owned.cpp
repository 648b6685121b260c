// SPDX-License-Identifier: Apache-2.0
#include "adapters/openssl/owned.hpp"

#include <array>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

namespace hooklet::openssl {

namespace {

Bio reader_of(std::string_view text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(BIO* memory) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    return {text, static_cast<std::size_t>(size)};
}

int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*unused*/) {
    return -1;
}

std::vector<std::string> subject_entries(const X509* certificate, int id) {
    const X509_NAME* const subject = X509_get_subject_name(certificate);
    std::vector<std::string> found;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, id, at)) >= 0;) {
        unsigned char* text = nullptr;
        const int size =
            ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
        if (size < 0) continue;
        found.emplace_back(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
        OPENSSL_free(text);
    }
    return found;
}

}  // namespace

std::unexpected<Error> failure(Code code, std::string what) {
    std::array<char, 256> text{};
    const unsigned long error = ERR_get_error();
    ERR_clear_error();
    if (error == 0) return fail(code, std::move(what));
    ERR_error_string_n(error, text.data(), text.size());
    return fail(code, std::move(what) + ": " + text.data());
}

Result<Key> new_key() {
    Key key(EVP_EC_gen("P-256"));
    if (!key) return failure(Code::internal, "make a key");
    return key;
}

Result<Key> read_key(std::string_view pem) {
    const Bio bio = reader_of(pem);
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!key) return failure(Code::invalid, "not a private key in PEM");
    return key;
}

Result<std::string> write_key(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return failure(Code::internal, "write a private key");
    }
    return text_in(bio.get());
}

Result<Certificate> read_certificate(std::string_view pem) {
    const Bio bio = reader_of(pem);
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
    if (!certificate) return failure(Code::invalid, "not a certificate in PEM");
    return certificate;
}

Result<std::string> write_certificate(X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_X509(bio.get(), certificate) != 1) {
        return failure(Code::internal, "write a certificate");
    }
    return text_in(bio.get());
}

std::string common_name_of(const X509* certificate) {
    const auto names = subject_entries(certificate, NID_commonName);
    return names.empty() ? "" : names.back();
}

std::vector<std::string> organizations_of(const X509* certificate) {
    return subject_entries(certificate, NID_organizationName);
}

}  // namespace hooklet::openssl
