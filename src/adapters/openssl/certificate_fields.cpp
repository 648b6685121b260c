// SPDX-License-Identifier: Apache-2.0
#include "adapters/openssl/certificate_fields.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <openssl/rand.h>

namespace hooklet::openssl {

namespace {

namespace ip = boost::asio::ip;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;

bool set_serial(X509* certificate) {
    // 127 random bits, so that no two certificates of an authority have the same and the sign stays positive.
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
    bytes[0] = (bytes[0] & 0x3fU) | 0x40U;
    const Number number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
    return BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_time(ASN1_TIME* field, WallTime at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
    return ASN1_TIME_set(field, static_cast<std::time_t>(seconds.count())) != nullptr;
}

Result<WallTime> time_of(const ASN1_TIME* field) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(field, &parts) != 1) return failure(Code::invalid, "a time that is none");
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

bool add_name(X509_NAME* name, int id, const std::string& text) {
    return X509_NAME_add_entry_by_NID(name, id, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()), -1, 0) == 1;
}

bool set_subject(X509* certificate, const CertificateSpec& spec) {
    X509_NAME* const name = X509_get_subject_name(certificate);
    for (const std::string& organization : spec.organizations) {
        if (!add_name(name, NID_organizationName, organization)) return false;
    }
    return add_name(name, NID_commonName, spec.common_name);
}

bool add_extension(X509* certificate, X509* issuer, int id, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer != nullptr ? issuer : certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool push_name(GENERAL_NAMES* names, int type, std::string_view bytes) {
    const bool is_address = type == GEN_IPADD;
    ASN1_STRING* const text = is_address ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
    GENERAL_NAME* const name = GENERAL_NAME_new();
    if (text == nullptr || name == nullptr) return false;
    ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size()));
    GENERAL_NAME_set0_value(name, type, text);
    return sk_GENERAL_NAME_push(names, name) > 0;
}

template <class Address>
std::string bytes_of(const Address& address) {
    const auto bytes = address.to_bytes();
    return {bytes.begin(), bytes.end()};
}

Status add_alternative_names(X509* certificate, const CertificateSpec& spec) {
    if (spec.dns_names.empty() && spec.addresses.empty()) return {};
    const Names names(GENERAL_NAMES_new());
    bool good = names != nullptr;
    for (const std::string& name : spec.dns_names) good = good && push_name(names.get(), GEN_DNS, name);
    for (const std::string& text : spec.addresses) {
        boost::system::error_code error;
        const ip::address address = ip::make_address(text, error);
        if (error) return fail(Code::invalid, "not an IP address: " + text);
        good = good && push_name(names.get(), GEN_IPADD,
                                 address.is_v4() ? bytes_of(address.to_v4()) : bytes_of(address.to_v6()));
    }
    if (!good || X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) != 1) {
        return failure(Code::invalid, "the certificate's names");
    }
    return {};
}

/// The text of an address of 4 or 16 bytes; empty for any other number.
std::string address_text(std::string_view bytes) {
    ip::address_v4::bytes_type v4{};
    ip::address_v6::bytes_type v6{};
    if (bytes.size() == v4.size()) {
        std::ranges::copy(bytes, v4.begin());
        return ip::address_v4(v4).to_string();
    }
    if (bytes.size() != v6.size()) return {};
    std::ranges::copy(bytes, v6.begin());
    return ip::address_v6(v6).to_string();
}

void read_alternative_names(const X509* certificate, CertificateSpec& spec) {
    const Names names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const auto* text = static_cast<const ASN1_STRING*>(
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type));
        if (type != GEN_DNS && type != GEN_IPADD) continue;
        const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                     static_cast<std::size_t>(ASN1_STRING_length(text)));
        if (type == GEN_DNS) spec.dns_names.emplace_back(bytes);
        if (type == GEN_IPADD) spec.addresses.push_back(address_text(bytes));
    }
}

bool add_extensions(X509* certificate, X509* issuer, CertificateUse use) {
    const auto add = [&](int id, const char* value) { return add_extension(certificate, issuer, id, value); };
    if (use == CertificateUse::authority) {
        return add(NID_basic_constraints, "critical,CA:TRUE") &&
               add(NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature") &&
               add(NID_subject_key_identifier, "hash");
    }
    return add(NID_basic_constraints, "critical,CA:FALSE") &&
           add(NID_key_usage, "critical,digitalSignature") &&
           add(NID_ext_key_usage, use == CertificateUse::server ? "serverAuth" : "clientAuth") &&
           add(NID_authority_key_identifier, "keyid:always");
}

}  // namespace

Status fill(X509* certificate, const CertificateSpec& spec, EVP_PKEY* key, X509* issuer) {
    constexpr long version_3 = 2;
    const bool good =
        X509_set_version(certificate, version_3) == 1 && set_serial(certificate) &&
        set_time(X509_getm_notBefore(certificate), spec.not_before) &&
        set_time(X509_getm_notAfter(certificate), spec.not_after) && X509_set_pubkey(certificate, key) == 1 &&
        set_subject(certificate, spec) &&
        X509_set_issuer_name(certificate, X509_get_subject_name(issuer != nullptr ? issuer : certificate)) ==
            1 &&
        add_extensions(certificate, issuer, spec.use);
    if (!good) return failure(Code::invalid, "make a certificate for " + spec.common_name);
    return add_alternative_names(certificate, spec);
}

Result<CertificateSpec> spec_of(X509* certificate) {
    CertificateSpec spec;
    const std::uint32_t extended = X509_get_extended_key_usage(certificate);
    const bool limited = extended != UINT32_MAX;
    if (X509_check_ca(certificate) == 1) {
        spec.use = CertificateUse::authority;
    } else if (limited && (extended & XKU_SSL_SERVER) != 0) {
        spec.use = CertificateUse::server;
    } else if (!limited || (extended & XKU_SSL_CLIENT) == 0) {
        return fail(Code::invalid, "the certificate is for neither servers nor clients");
    }
    spec.common_name = common_name_of(certificate);
    spec.organizations = organizations_of(certificate);
    read_alternative_names(certificate, spec);
    const auto not_before = time_of(X509_get0_notBefore(certificate));
    const auto not_after = time_of(X509_get0_notAfter(certificate));
    if (!not_before || !not_after) return fail(Code::invalid, "the certificate has no period of validity");
    spec.not_before = *not_before;
    spec.not_after = *not_after;
    return spec;
}

}  // namespace hooklet::openssl
