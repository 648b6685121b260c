// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <string>
#include <string_view>

/// What the server has, as clients ask for it.
namespace hooklet::server::discovery {

/// The type of the aggregated form, in Accept and in Content-Type.
inline constexpr std::string_view aggregated_type =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
/// Whether the Accept header asks for that form.
bool wants_aggregated(std::string_view accept);

/// `/api` (core) or `/apis` (all other groups) in the aggregated form.
api::Node aggregated(bool core);
/// `/api`
api::Node api_versions(std::string_view server_address);
/// `/apis`
api::Node api_groups();
/// `/apis/GROUP`; null when there is no such group.
api::Node api_group(std::string_view group);
/// `/api/v1`, `/apis/GROUP/VERSION`; null when there is no such version.
api::Node api_resources(std::string_view group, std::string_view version);

}  // namespace hooklet::server::discovery
