// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <string>
#include <string_view>

/// OpenAPI v3 of what the server has: as much as kubectl needs to let the server validate, and to explain.
namespace hooklet::server::openapi {

/// `/openapi/v3`: one document for each group and version.
api::Node index();
/// The document of `api/v1` or `apis/GROUP/VERSION`, as JSON; nullptr when there is none.
const std::string* document(std::string_view group_version);

/// `/openapi/v2`: it describes nothing, and kubectl needs it to say so of a kind that there is not.
/// Everything else is in version 3.
api::Node version2();
std::string version2_protobuf();

}  // namespace hooklet::server::openapi
