// SPDX-License-Identifier: Apache-2.0
#include "images/registry_logins.hpp"

#include "api/base64.hpp"
#include "api/json.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// What Docker's tools call the registry of names without a host.
constexpr std::string_view default_registry = "index.docker.io";

/// `host[:port]` and the path behind it, without slash.
struct Place {
    std::string_view host;
    std::string_view port;
    std::string_view path;
};

Place place_of(std::string_view text) {
    const std::size_t slash = text.find('/');
    Place place{
        text.substr(0, slash), {}, slash == text.npos ? text.substr(text.size()) : text.substr(slash + 1)};
    const std::size_t colon = place.host.rfind(':');
    if (colon != place.host.npos) {
        place.port = place.host.substr(colon + 1);
        place.host = place.host.substr(0, colon);
    }
    return place;
}

std::string text_of(const api::Node& entry, std::string_view key) {
    const api::Node* found = entry.find(key);
    const std::string* text = found == nullptr ? nullptr : found->as_string();
    return text == nullptr ? std::string() : *text;
}

Result<cri::AuthConfig> login_of(const api::Node& entry) {
    const std::string both = text_of(entry, "auth");
    if (both.empty()) return cri::AuthConfig{text_of(entry, "username"), text_of(entry, "password")};
    const Result<std::string> decoded = api::from_base64(both);
    if (!decoded) return std::unexpected(decoded.error());
    const std::size_t colon = decoded->find(':');
    if (colon == decoded->npos) return fail(Code::invalid, "auth is not USERNAME:PASSWORD");
    return cri::AuthConfig{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

/// `https://host/v1/` is how old files write it.
std::string registry_of(std::string_view key) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
    }
    const std::size_t slash = std::min(key.find('/'), key.size());
    std::string_view path = key.substr(slash);
    for (const std::string_view version : {"/v1/", "/v2/"}) {
        if (path.starts_with(version)) path.remove_prefix(version.size() - 1);
    }
    while (path.ends_with('/')) path.remove_suffix(1);
    return std::string(key.substr(0, slash)) + std::string(path);
}

bool glob_matches(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() == '*') {
        for (std::size_t taken = 0; taken <= text.size(); ++taken) {
            if (glob_matches(pattern.substr(1), text.substr(taken))) return true;
        }
        return false;
    }
    const bool same = !text.empty() && (pattern.front() == '?' || pattern.front() == text.front());
    return same && glob_matches(pattern.substr(1), text.substr(1));
}

/// Part by part: a wildcard does not reach over a dot.
bool host_matches(std::string_view pattern, std::string_view host) {
    while (true) {
        const std::size_t pattern_dot = pattern.find('.');
        const std::size_t host_dot = host.find('.');
        if (!glob_matches(pattern.substr(0, pattern_dot), host.substr(0, host_dot))) return false;
        if ((pattern_dot == pattern.npos) != (host_dot == host.npos)) return false;
        if (host_dot == host.npos) return true;
        pattern.remove_prefix(pattern_dot + 1);
        host.remove_prefix(host_dot + 1);
    }
}

bool suits(const std::string& registry, const Place& image) {
    const Place pattern = place_of(registry);
    return host_matches(pattern.host, image.host) && pattern.port == image.port &&
           image.path.starts_with(pattern.path);
}

/// The image with the registry that is meant when it names none.
std::string with_registry(std::string_view image) {
    const std::size_t slash = image.find('/');
    const std::string_view first = slash == image.npos ? std::string_view{} : image.substr(0, slash);
    const bool names_host = first.find_first_of(".:") != first.npos || first == "localhost";
    if (!names_host) return fmt::format("{}/{}", default_registry, image);
    if (first == "docker.io") return fmt::format("{}{}", default_registry, image.substr(slash));
    return std::string(image);
}

}  // namespace

Result<std::vector<RegistryLogin>> read_logins(const api::Secret& secret) {
    const bool old = secret.type == "kubernetes.io/dockercfg";
    if (!old && secret.type != "kubernetes.io/dockerconfigjson") return std::vector<RegistryLogin>{};
    const std::string key = old ? ".dockercfg" : ".dockerconfigjson";
    const auto found = secret.data.find(key);
    if (found == secret.data.end()) return fail(Code::invalid, "no " + key);
    const auto file = api::parse_json(found->second);
    if (!file) return fail(Code::invalid, key + " is not valid JSON");
    const api::Node* auths = old ? &*file : file->find("auths");
    std::vector<RegistryLogin> logins;
    if (auths == nullptr || auths->as_object() == nullptr) return logins;
    for (const api::Member& entry : *auths->as_object()) {
        const Result<cri::AuthConfig> login = login_of(entry.value);
        if (!login)
            return fail(Code::invalid, fmt::format("{}: {}: {}", key, entry.key, login.error().message));
        logins.push_back({registry_of(entry.key), *login});
    }
    return logins;
}

std::vector<cri::AuthConfig> logins_for(std::string_view image, std::vector<RegistryLogin> logins) {
    const std::string full = with_registry(image);
    const Place place = place_of(full);
    std::ranges::stable_sort(logins, std::ranges::greater{},
                             [](const RegistryLogin& one) { return one.registry.size(); });
    std::vector<cri::AuthConfig> suitable;
    for (const RegistryLogin& one : logins) {
        if (suits(one.registry, place)) suitable.push_back(one.login);
    }
    return suitable;
}

}  // namespace hooklet
