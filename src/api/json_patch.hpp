// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"

#include <cstddef>

namespace hooklet::api {

/// A patch with more operations is refused by the API before it is applied.
inline constexpr std::size_t most_json_patch_operations = 10'000;

/// Applies a JSON patch (RFC 6902), all operations or none. As with the API, an index may count from the end
/// (-1 is the last), and other members of an operation do not matter. Fails with Code::invalid and the texts
/// of the API when the patch is not one or does not apply; also when copies add more than 3 MiB, or nesting
/// exceeds 100 levels.
Result<Node> apply_json_patch(Node document, const Node& patch);

/// Applies a JSON merge patch (RFC 7386): objects are merged, null removes, everything else replaces.
Node apply_merge_patch(Node document, const Node& patch);

}  // namespace hooklet::api
