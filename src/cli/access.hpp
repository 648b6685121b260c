// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"
#include "client/kubeconfig.hpp"

#include <string>

namespace CLI {
class App;
}

namespace hooklet::cli {

/// Which API a verb talks to, and about which namespace.
struct ApiOptions {
    std::string kubeconfig;           ///< Empty: KUBECONFIG or ~/.kube/config where `choice` names something.
    client::KubeconfigChoice choice;  ///< With neither: the Unix socket of the root's agent.
    std::string namespace_;           ///< Empty: the kubeconfig's, or `default`.
};

/// Declares `--kubeconfig`, `--context`, `--cluster`, `--user` and `-n`.
void add_api_options(CLI::App& verb, ApiOptions& options);

/// How the API is reached. Runs the program that gives the credentials, where the kubeconfig names one.
/// Errors are for people as they are.
Task<Result<client::Access>> find_access(Environment* env, std::string root, ApiOptions options,
                                         CancelToken cancel);

}  // namespace hooklet::cli
