// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/api.hpp"

#include <cstdint>
#include <string>

namespace hooklet {

/// Where Pods and clients find the API.
struct ApiAddress {
    std::string service_ip;  ///< The first of the range of Services: `10.96.0.1`.
    std::string ip;          ///< Where it listens.
    std::uint16_t port = 0;
};

/// Makes what every API has: the namespaces default, kube-system, kube-public and kube-node-lease, the
/// priority classes of the system, and the Service default/kubernetes with its Endpoints and their slice.
/// What is there stays; only these two follow the address. Errors: those of the API.
Task<Status> bootstrap(Api* api, ApiAddress address, Call call);

}  // namespace hooklet
