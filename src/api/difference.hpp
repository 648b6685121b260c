// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <string>

namespace hooklet::api {

/// One line for each value that differs: `containers[0].name: "a" -> "b"`, with `(none)` where there is none.
/// Empty when the documents are the same.
std::string difference(const Node& before, const Node& after);

}  // namespace hooklet::api
