// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/certificates.hpp"

#include <string>

namespace hooklet::identity {

/// A kubeconfig (YAML) with one cluster, one user and one context, all with their data inside. `server` is a
/// URL, `authority` the PEM of who signed its certificate.
std::string kubeconfig(const std::string& server, const std::string& authority, const KeyPair& client);

}  // namespace hooklet::identity
