// SPDX-License-Identifier: Apache-2.0
#include "client/credential_plugin.hpp"

#include "api/base64.hpp"
#include "api/issue.hpp"
#include "api/json.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::Node;

constexpr std::array<std::string_view, 2> plugin_versions{"client.authentication.k8s.io/v1",
                                                          "client.authentication.k8s.io/v1beta1"};
constexpr int no_such_program = 127;

std::unexpected<Error> refused(std::string text) {
    return fail(Code::invalid, std::move(text));
}

/// v1 has no default for it. A program that has to ask somebody cannot.
Status check_mode(const Node& exec, const CredentialPlugin& plugin, const std::string& user) {
    const std::string mode = text_at(exec, "interactiveMode");
    if (mode.empty() && plugin.api_version == plugin_versions.front())
        return refused(fmt::format(
            "error: interactiveMode must be specified for {} to use exec authentication plugin", user));
    if (mode == "Always")
        return refused("error: exec plugin cannot support interactive mode: standard input is unavailable");
    if (mode.empty() || mode == "Never" || mode == "IfAvailable") return {};
    return refused(fmt::format("error: invalid interactiveMode for {}: {}", user, api::quote(mode)));
}

/// What the program reads to know what is asked of it.
std::string exec_info(const CredentialPlugin& plugin, const HttpEndpoint& endpoint, std::string_view server) {
    Node spec;
    spec.set("interactive", Node(false));
    if (plugin.wants_cluster) {
        Node cluster;
        cluster.set("server", Node(server));
        if (!endpoint.server_name.empty()) cluster.set("tls-server-name", Node(endpoint.server_name));
        if (!endpoint.verify) cluster.set("insecure-skip-tls-verify", Node(true));
        if (!endpoint.authority.empty())
            cluster.set("certificate-authority-data", Node(api::to_base64(endpoint.authority)));
        spec.set("cluster", std::move(cluster));
    }
    Node info;
    info.set("kind", Node("ExecCredential"));
    info.set("apiVersion", Node(plugin.api_version));
    info.set("spec", std::move(spec));
    return api::write_json(info);
}

}  // namespace

Result<CredentialPlugin> read_plugin(const Node& exec, const std::string& user, const std::string& folder) {
    CredentialPlugin plugin{.api_version = text_at(exec, "apiVersion"), .command = text_at(exec, "command")};
    for (const auto& [what, value] :
         {std::pair{"command", plugin.command}, {"apiVersion", plugin.api_version}}) {
        if (value.empty())
            return refused(fmt::format("error: {} must be specified for {} to use exec authentication plugin",
                                       what, user));
    }
    if (Status checked = check_mode(exec, plugin, user); !checked) return std::unexpected(checked.error());
    if (std::ranges::find(plugin_versions, plugin.api_version) == plugin_versions.end())
        return refused(
            fmt::format("error: exec plugin: invalid apiVersion {}", api::quote(plugin.api_version)));
    if (plugin.command.contains('/'))
        plugin.command = (std::filesystem::path(folder) / plugin.command).lexically_normal().string();
    for (const Node& argument : items(exec, "args")) plugin.arguments.push_back(shown(argument));
    for (const Node& variable : items(exec, "env"))
        plugin.variables.push_back(text_at(variable, "name") + "=" + text_at(variable, "value"));
    plugin.install_hint = text_at(exec, "installHint");
    plugin.wants_cluster = is_true(exec, "provideClusterInfo");
    return plugin;
}

std::vector<std::string> command_line(const CredentialPlugin& plugin, const HttpEndpoint& endpoint,
                                      std::string_view server) {
    std::vector<std::string> words{"env"};
    words.insert(words.end(), plugin.variables.begin(), plugin.variables.end());
    words.push_back("KUBERNETES_EXEC_INFO=" + exec_info(plugin, endpoint, server));
    words.push_back(plugin.command);
    words.insert(words.end(), plugin.arguments.begin(), plugin.arguments.end());
    return words;
}

Result<Credential> read_credential(const CredentialPlugin& plugin, std::string_view printed) {
    const auto document = api::parse_json(printed);
    if (!document) return refused("decoding stdout: " + api::to_string(document.error()));
    const std::string version = text_at(*document, "apiVersion");
    if (version != plugin.api_version)
        return refused(
            fmt::format("exec plugin is configured to use API version {}, plugin returned version {}",
                        plugin.api_version, version));
    const Node* status = document->find("status");
    if (status == nullptr || status->is_null()) return refused("exec plugin didn't return a status field");
    Credential given{
        .token = text_at(*status, "token"),
        .certificate = {text_at(*status, "clientCertificateData"), text_at(*status, "clientKeyData")}};
    const bool certificate = !given.certificate.certificate.empty();
    const bool key = !given.certificate.key.empty();
    if (given.token.empty() && !certificate && !key)
        return refused("exec plugin didn't return a token or cert/key pair");
    if (certificate != key) return refused("exec plugin returned only certificate or key, not both");
    return given;
}

std::string plugin_failure(const CredentialPlugin& plugin, int exit_code) {
    if (exit_code != no_such_program)
        return fmt::format("exec: executable {} failed with exit code {}", plugin.command, exit_code);
    const std::string hint = plugin.install_hint.empty() ? "" : "\n\n" + plugin.install_hint;
    return fmt::format(
        "exec: executable {} not found\n\nIt looks like you are trying to use a client-go credential plugin "
        "that is not installed.\n\nTo learn more about this feature, consult the documentation available "
        "at:\n"
        "      https://kubernetes.io/docs/reference/access-authn-authz/authentication/"
        "#client-go-credential-plugins{}",
        plugin.command, hint);
}

}  // namespace hooklet::client
