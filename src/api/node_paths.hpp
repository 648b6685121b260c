// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace hooklet::api {

/// Calls `visit` for everything below `node` that a path leads to, with where it is: `containers[].env[]`
/// visits `spec.containers[0].env[1]` when `node` is at `spec`; `[]` stands for every item of an array. What
/// is not there is not visited. Precondition: the node fits its type.
void for_each_at(const Node& node, const std::string& at, std::string_view path,
                 const std::function<void(const Node&, const std::string&)>& visit);

}  // namespace hooklet::api
