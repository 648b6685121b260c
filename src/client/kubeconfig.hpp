// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "client/credential_plugin.hpp"
#include "ports/http_client.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hooklet::client {

/// How a kubeconfig reaches its API, and as whom.
struct Access {
    HttpEndpoint endpoint{};
    std::string path_prefix{};          ///< Before every path: `/k8s/clusters/c`
    std::vector<HttpHeader> headers{};  ///< Of every request: who asks.
    std::string namespace_{};           ///< Empty: the context names none.
    std::optional<CredentialPlugin> plugin{};
};

/// One file of a kubeconfig. Its folder is where its relative paths begin.
struct KubeconfigFile {
    std::string path;
    api::Node document;
};

/// Which parts of it are wanted; empty: the current context, and what the context names.
struct KubeconfigChoice {
    std::string context{};
    std::string cluster{};
    std::string user{};
};

/// Reads the file that a kubeconfig names.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

/// What the files say together: of entries with the same name, and of current contexts, the first file's
/// counts. Code::invalid when that is not usable, in kubectl's words; errors of `read_file` with what is
/// wanted.
Result<Access> read_kubeconfig(const std::vector<KubeconfigFile>& files, const KubeconfigChoice& choice,
                               const ReadFile& read_file);

}  // namespace hooklet::client
