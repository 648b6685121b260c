// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"
#include "ports/http_client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet::client {

/// A program that a kubeconfig names (`users[].user.exec`): it prints an ExecCredential
/// (client.authentication.k8s.io) and gets no standard input.
struct CredentialPlugin {
    std::string api_version;
    std::string command;
    std::vector<std::string> arguments{};
    std::vector<std::string> variables{};  ///< `NAME=VALUE`
    std::string install_hint{};
    bool wants_cluster = false;  ///< It is told about the cluster.
};

/// Reads `exec` of this user; `folder` is where a relative path of a command begins. Code::invalid in
/// kubectl's words.
Result<CredentialPlugin> read_plugin(const api::Node& exec, const std::string& user,
                                     const std::string& folder);

/// Its command line, with its variables and KUBERNETES_EXEC_INFO. `server` is the cluster's URL.
std::vector<std::string> command_line(const CredentialPlugin& plugin, const HttpEndpoint& endpoint,
                                      std::string_view server);

/// What it has given; the certificate is empty or the token is.
struct Credential {
    std::string token{};
    KeyPair certificate{};
};
/// Reads what it has printed. Code::invalid in kubectl's words.
Result<Credential> read_credential(const CredentialPlugin& plugin, std::string_view printed);

/// What kubectl says of a program that has ended otherwise than with 0. 127: there is no such program.
std::string plugin_failure(const CredentialPlugin& plugin, int exit_code);

}  // namespace hooklet::client
