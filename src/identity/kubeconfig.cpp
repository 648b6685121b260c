// SPDX-License-Identifier: Apache-2.0
#include "identity/kubeconfig.hpp"

#include "api/base64.hpp"

#include <fmt/format.h>

namespace hooklet::identity {

std::string kubeconfig(const std::string& server, const std::string& authority, const KeyPair& client) {
    return fmt::format(R"(apiVersion: v1
kind: Config
clusters:
- name: hooklet
  cluster:
    server: {}
    certificate-authority-data: {}
users:
- name: hooklet-admin
  user:
    client-certificate-data: {}
    client-key-data: {}
contexts:
- name: hooklet
  context:
    cluster: hooklet
    user: hooklet-admin
current-context: hooklet
)",
                       server, api::to_base64(authority), api::to_base64(client.certificate),
                       api::to_base64(client.key));
}

}  // namespace hooklet::identity
