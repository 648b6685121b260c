// SPDX-License-Identifier: Apache-2.0
#include "client/kubeconfig.hpp"

#include "api/base64.hpp"
#include "client/document.hpp"

#include <charconv>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::Node;

/// The entry of that name in the list `clusters`, `users` or `contexts`; null when there is none.
Node entry(const Node& document, const char* list, const char* member, const std::string& name) {
    for (const Node& one : items(document, list)) {
        const Node* content = one.find(member);
        if (text_at(one, "name") == name && content != nullptr) return *content;
    }
    return {};
}

/// What `KEY-data` holds, or the file that `KEY` names; empty when there is neither.
Result<std::string> content(const Node& from, const std::string& key, const ReadFile& read_file) {
    const std::string data = text_at(from, key + "-data");
    if (!data.empty()) {
        auto decoded = api::from_base64(data);
        if (!decoded) return wrap("kubeconfig: " + key + "-data", decoded.error());
        return decoded;
    }
    const std::string path = text_at(from, key);
    if (path.empty()) return std::string();
    auto text = read_file(path);
    if (!text) return wrap("kubeconfig: " + path, text.error());
    return text;
}

Status read_server(std::string url, HttpEndpoint& endpoint) {
    const auto bad = [&url] {
        return fail(Code::invalid, fmt::format("kubeconfig: server \"{}\" is no URL", url));
    };
    endpoint.tls = url.starts_with("https://");
    if (!endpoint.tls && !url.starts_with("http://")) return bad();
    std::string_view rest = std::string_view(url).substr(endpoint.tls ? 8 : 7);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.empty() || rest.contains('/')) return bad();
    endpoint.port = endpoint.tls ? 443 : 80;
    const std::size_t colon = rest.rfind(':');
    const bool has_port = colon != std::string_view::npos && !rest.substr(colon).contains(']');
    if (has_port) {
        const std::string_view digits = rest.substr(colon + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
        if (error != std::errc() || end != digits.data() + digits.size()) return bad();
        rest = rest.substr(0, colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
    endpoint.host = rest;
    return {};
}

Status read_user(const Node& user, Access& access, const ReadFile& read_file) {
    auto certificate = content(user, "client-certificate", read_file);
    if (!certificate) return std::unexpected(certificate.error());
    auto key = content(user, "client-key", read_file);
    if (!key) return std::unexpected(key.error());
    if (!certificate->empty()) access.endpoint.identity = KeyPair{*certificate, *key};
    access.token = text_at(user, "token");
    if (const std::string path = text_at(user, "tokenFile"); access.token.empty() && !path.empty()) {
        auto token = read_file(path);
        if (!token) return wrap("kubeconfig: " + path, token.error());
        access.token = token->substr(0, token->find('\n'));
    }
    return {};
}

}  // namespace

Result<Access> read_kubeconfig(const api::Node& document, const ReadFile& read_file) {
    const std::string current = text_at(document, "current-context");
    const Node context = entry(document, "contexts", "context", current);
    const Node cluster = entry(document, "clusters", "cluster", text_at(context, "cluster"));
    if (cluster.is_null())
        return fail(Code::invalid, "kubeconfig: the current context \"" + current + "\" names no cluster");
    Access access;
    access.namespace_ = text_at(context, "namespace");
    if (Status read = read_server(text_at(cluster, "server"), access.endpoint); !read)
        return std::unexpected(read.error());
    auto authority = content(cluster, "certificate-authority", read_file);
    if (!authority) return std::unexpected(authority.error());
    access.endpoint.authority = *std::move(authority);
    access.endpoint.server_name = text_at(cluster, "tls-server-name");
    const Node* insecure = cluster.find("insecure-skip-tls-verify");
    access.endpoint.verify = insecure == nullptr || insecure->as_bool() == nullptr || !*insecure->as_bool();
    const Node user = entry(document, "users", "user", text_at(context, "user"));
    if (Status read = read_user(user, access, read_file); !read) return std::unexpected(read.error());
    return access;
}

}  // namespace hooklet::client
