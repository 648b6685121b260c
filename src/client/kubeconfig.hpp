// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "ports/http_client.hpp"

#include <functional>
#include <string>

namespace hooklet::client {

/// How the current context of a kubeconfig reaches its API.
struct Access {
    HttpEndpoint endpoint{};
    std::string token{};
    std::string namespace_{};  ///< Empty: the context names none.
};

/// Reads the file that a kubeconfig names.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

/// Code::invalid when the document is no usable kubeconfig; errors of `read_file` with what is wanted.
Result<Access> read_kubeconfig(const api::Node& document, const ReadFile& read_file);

}  // namespace hooklet::client
