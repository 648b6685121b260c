// SPDX-License-Identifier: Apache-2.0
#include "client/kubeconfig.hpp"

#include "api/base64.hpp"
#include "api/issue.hpp"
#include "base/parse_number.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::Node;

/// What a list of the kubeconfig has under a name, and where the relative paths in it begin.
struct Entry {
    Node content{};
    std::string folder{};
};

/// The entry of that name in the lists `clusters`, `users` or `contexts`; null when there is none.
Entry entry(const std::vector<KubeconfigFile>& files, const char* list, const char* member,
            const std::string& name) {
    for (const KubeconfigFile& file : files) {
        for (const Node& one : items(file.document, list)) {
            const Node* content = one.find(member);
            if (text_at(one, "name") == name && content != nullptr)
                return {*content, std::filesystem::path(file.path).parent_path().string()};
        }
    }
    return {};
}

/// The file that `KEY` names; empty when there is none.
Result<std::string> read_named(const Entry& from, const std::string& key, const ReadFile& read_file) {
    const std::string name = text_at(from.content, key);
    if (name.empty()) return std::string();
    const std::string path = (std::filesystem::path(from.folder) / name).string();
    auto text = read_file(path);
    if (!text) return wrap("kubeconfig: " + path, text.error());
    return text;
}

/// What `KEY-data` holds, or the file that `KEY` names; empty when there is neither.
Result<std::string> content(const Entry& from, const std::string& key, const ReadFile& read_file) {
    const std::string data = text_at(from.content, key + "-data");
    if (data.empty()) return read_named(from, key, read_file);
    auto decoded = api::from_base64(data);
    if (!decoded) return wrap("kubeconfig: " + key + "-data", decoded.error());
    return decoded;
}

Status read_server(const std::string& url, Access& access) {
    const auto bad = [&url] {
        return fail(Code::invalid, fmt::format("kubeconfig: server \"{}\" is no URL", url));
    };
    HttpEndpoint& endpoint = access.endpoint;
    endpoint.tls = url.starts_with("https://");
    if (!endpoint.tls && !url.starts_with("http://")) return bad();
    std::string_view rest = std::string_view(url).substr(endpoint.tls ? 8 : 7);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    access.path_prefix = rest.substr(slash);
    while (access.path_prefix.ends_with('/')) access.path_prefix.pop_back();
    rest = rest.substr(0, slash);
    if (rest.empty()) return bad();
    endpoint.port = endpoint.tls ? 443 : 80;
    const std::size_t colon = rest.rfind(':');
    const bool has_port = colon != std::string_view::npos && !rest.substr(colon).contains(']');
    if (has_port) {
        const auto port = parse_number<std::uint16_t>(rest.substr(colon + 1));
        if (!port) return bad();
        endpoint.port = *port;
        rest = rest.substr(0, colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
    endpoint.host = rest;
    return {};
}

Status read_cluster(const Entry& cluster, Access& access, const ReadFile& read_file) {
    if (Status read = read_server(text_at(cluster.content, "server"), access); !read) return read;
    if (!text_at(cluster.content, "proxy-url").empty())
        return fail(Code::invalid, "error: kubeconfig: proxy-url is not supported");
    auto authority = content(cluster, "certificate-authority", read_file);
    if (!authority) return std::unexpected(authority.error());
    access.endpoint.authority = *std::move(authority);
    access.endpoint.server_name = text_at(cluster.content, "tls-server-name");
    access.endpoint.verify = !is_true(cluster.content, "insecure-skip-tls-verify");
    return {};
}

/// For whom the user acts.
Status read_impersonation(const Node& user, Access& access) {
    for (const char* key : {"as-user-extra", "auth-provider"}) {
        if (user.find(key) != nullptr)
            return fail(Code::invalid, fmt::format("error: kubeconfig: {} is not supported", key));
    }
    const std::string name = text_at(user, "as");
    const Node::Array& groups = items(user, "as-groups");
    const std::string uid = text_at(user, "as-uid");
    if (name.empty() && (!groups.empty() || !uid.empty()))
        return fail(Code::invalid,
                    "error: requesting uid, groups or user-extra without impersonating a user");
    if (!name.empty()) access.headers.push_back({"Impersonate-User", name});
    if (!uid.empty()) access.headers.push_back({"Impersonate-Uid", uid});
    for (const Node& group : groups) access.headers.push_back({"Impersonate-Group", shown(group)});
    return {};
}

/// The token, or a name with its password.
Status read_authorization(const Entry& user, Access& access, const ReadFile& read_file) {
    std::string token = text_at(user.content, "token");
    if (token.empty()) {
        const auto text = read_named(user, "tokenFile", read_file);
        if (!text) return std::unexpected(text.error());
        token = text->substr(0, text->find('\n'));
    }
    const std::string name = text_at(user.content, "username");
    if (!token.empty()) {
        access.headers.push_back({"Authorization", "Bearer " + token});
    } else if (!name.empty()) {
        const std::string both = name + ":" + text_at(user.content, "password");
        access.headers.push_back({"Authorization", "Basic " + api::to_base64(both)});
    }
    return {};
}

Status read_user(const Entry& user, const std::string& name, Access& access, const ReadFile& read_file) {
    auto certificate = content(user, "client-certificate", read_file);
    if (!certificate) return std::unexpected(certificate.error());
    auto key = content(user, "client-key", read_file);
    if (!key) return std::unexpected(key.error());
    if (!certificate->empty()) access.endpoint.identity = KeyPair{*certificate, *key};
    if (Status read = read_authorization(user, access, read_file); !read) return read;
    if (Status read = read_impersonation(user.content, access); !read) return read;
    const Node* exec = user.content.find("exec");
    if (exec == nullptr || exec->is_null()) return {};
    auto plugin = read_plugin(*exec, name, user.folder);
    if (!plugin) return std::unexpected(plugin.error());
    access.plugin = *std::move(plugin);
    return {};
}

std::string current_context(const std::vector<KubeconfigFile>& files) {
    for (const KubeconfigFile& file : files) {
        if (std::string name = text_at(file.document, "current-context"); !name.empty()) return name;
    }
    return "";
}

}  // namespace

Result<Access> read_kubeconfig(const std::vector<KubeconfigFile>& files, const KubeconfigChoice& choice,
                               const ReadFile& read_file) {
    const std::string current = choice.context.empty() ? current_context(files) : choice.context;
    const Entry context = entry(files, "contexts", "context", current);
    if (context.content.is_null() && !current.empty())
        return fail(
            Code::invalid,
            fmt::format("Error in configuration: context was not found for specified context: {}", current));
    const auto chosen = [&context](const std::string& typed, const char* key) {
        return typed.empty() ? text_at(context.content, key) : typed;
    };
    const std::string cluster_name = chosen(choice.cluster, "cluster");
    const Entry cluster = entry(files, "clusters", "cluster", cluster_name);
    if (cluster.content.is_null())
        return fail(Code::invalid,
                    fmt::format("error: no server found for cluster {}", api::quote(cluster_name)));
    const std::string user_name = chosen(choice.user, "user");
    const Entry user = entry(files, "users", "user", user_name);
    if (user.content.is_null() && !choice.user.empty())
        return fail(Code::invalid, fmt::format("error: auth info {} does not exist", api::quote(user_name)));
    Access access{.namespace_ = text_at(context.content, "namespace")};
    if (Status read = read_cluster(cluster, access, read_file); !read) return std::unexpected(read.error());
    if (Status read = read_user(user, user_name, access, read_file); !read)
        return std::unexpected(read.error());
    return access;
}

}  // namespace hooklet::client
