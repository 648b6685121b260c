// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/ip/address.hpp>

namespace hooklet::identity {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr Duration life_of_authority = days{3650};
constexpr Duration life_of_others = days{365};
/// So that clients whose clock is behind accept a new certificate.
constexpr Duration backdated = hours{1};

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

/// A file has the certificate first.
KeyPair split(const std::string& text) {
    const std::size_t key = text.find("-----BEGIN PRIVATE KEY-----");
    if (key == std::string::npos) return {text, {}};
    return {text.substr(0, key), text.substr(key)};
}

CertificateSpec with_life(CertificateSpec spec, WallTime now, Duration life) {
    const WallTime from = std::chrono::floor<seconds>(now);
    spec.not_before = from - backdated;
    spec.not_after = from + life;
    return spec;
}

}  // namespace

Result<ServerNames> server_names(const std::string& node, const std::vector<std::string>& more_addresses) {
    ServerNames names{{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
                       "kubernetes.default.svc.cluster.local", node},
                      {"127.0.0.1", "::1"}};
    for (const std::string& text : more_addresses) {
        boost::system::error_code error;
        const auto address = boost::asio::ip::make_address(text, error);
        if (error) return fail(Code::invalid, "not an IP address: " + text);
        names.addresses.push_back(address.to_string());
    }
    return ServerNames{sorted(names.dns), sorted(names.addresses)};
}

bool worth_keeping(const CertificateSpec& found, const CertificateSpec& wanted, WallTime now) {
    // A time before its life is a clock that is not set yet, and no reason for another one.
    return found.use == wanted.use && found.common_name == wanted.common_name &&
           sorted(found.organizations) == sorted(wanted.organizations) &&
           sorted(found.dns_names) == sorted(wanted.dns_names) &&
           sorted(found.addresses) == sorted(wanted.addresses) &&
           3 * (found.not_after - now) >= found.not_after - found.not_before;
}

CertificateStore::CertificateStore(FileSystem* files, const Clock* clock, Certificates* certificates,
                                   std::string folder)
    : files_(files), clock_(clock), certificates_(certificates), folder_(std::move(folder)) {}

Result<std::string> CertificateStore::read(const std::string& path) {
    constexpr std::size_t largest = 64UL * 1024;
    const auto type = files_->type_of(path);
    if (!type) return std::unexpected(type.error());
    return *type ? files_->read_tail(path, largest) : std::string();
}

Status CertificateStore::write(const std::string& path, std::string_view text) {
    if (auto made = files_->make_directories(folder_, 0700); !made) return made;
    return files_->write_file(path, text, 0600);
}

Result<KeyPair> CertificateStore::authority() {
    const std::string path = path_of("ca");
    const auto text = read(path);
    if (!text) return std::unexpected(text.error());
    const CertificateSpec wanted = with_life({.use = CertificateUse::authority, .common_name = "hooklet-ca"},
                                             clock_->wall(), life_of_authority);
    if (!text->empty()) {
        KeyPair found = split(*text);
        const auto spec = certificates_->inspect(found, found.certificate);
        if (!spec) return wrap(path + " is damaged (remove it to get another authority)", spec.error());
        if (worth_keeping(*spec, wanted, clock_->wall())) return found;
    }
    auto made = certificates_->issue(wanted, {});
    if (!made) return made;
    if (auto written = write(path, made->certificate + made->key); !written) {
        return std::unexpected(written.error());
    }
    return made;
}

Result<KeyPair> CertificateStore::server(ServerNames names) {
    return keep("server", {.use = CertificateUse::server,
                           .common_name = "hooklet-api",
                           .dns_names = std::move(names.dns),
                           .addresses = std::move(names.addresses)});
}

Result<KeyPair> CertificateStore::client(std::string name, std::string user,
                                         std::vector<std::string> groups) {
    return keep(
        std::move(name),
        {.use = CertificateUse::client, .common_name = std::move(user), .organizations = std::move(groups)});
}

Result<KeyPair> CertificateStore::keep(std::string name, CertificateSpec wanted) {
    const std::string path = path_of(name);
    const auto issuer = authority();
    if (!issuer) return issuer;
    const auto text = read(path);
    if (!text) return std::unexpected(text.error());
    KeyPair found = split(*text);
    const auto spec = certificates_->inspect(found, issuer->certificate);
    if (spec && worth_keeping(*spec, wanted, clock_->wall())) return found;
    auto made = certificates_->issue(with_life(std::move(wanted), clock_->wall(), life_of_others), *issuer);
    if (!made) return made;
    if (auto written = write(path, made->certificate + made->key); !written) {
        return std::unexpected(written.error());
    }
    return made;
}

Result<std::string> CertificateStore::token_key() {
    const std::string path = path_of("token-key");
    auto text = read(path);
    if (!text || !text->empty()) return text;
    auto made = certificates_->make_key();
    if (!made) return made;
    if (auto written = write(path, *made); !written) return std::unexpected(written.error());
    return made;
}

}  // namespace hooklet::identity
