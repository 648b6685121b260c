// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/status.hpp"
#include "api/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// What the name in a proxied path says: `[SCHEME:]NAME[:PORT]`.
struct ProxyName {
    std::string scheme;  ///< Empty, `http` or `https`.
    std::string name;
    std::string port;  ///< A number, for Services also the name of a port; empty: the object's own.
    bool operator==(const ProxyName&) const = default;
};
/// nullopt when it is no such text.
std::optional<ProxyName> parse_proxy_name(std::string_view text);

/// A server to connect to.
struct ProxyAddress {
    std::string host;
    std::uint16_t port = 80;
    bool operator==(const ProxyAddress&) const = default;
};

/// Where the Pod serves: the named port, or else the first that one of its containers declares, or else 80.
api::Answer<ProxyAddress> pod_address(const api::Pod& pod, const ProxyName& name);

/// Where those of `pods`, which the Service's selector has chosen, serve that are ready. 503 when there is no
/// such port or nobody behind it; else not empty.
api::Answer<std::vector<ProxyAddress>> service_addresses(const api::Service& service,
                                                         const std::vector<api::Pod>& pods,
                                                         const ProxyName& name);

}  // namespace hooklet
