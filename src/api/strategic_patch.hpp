// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/node.hpp"
#include "base/error.hpp"

namespace hooklet::api {

/// Applies a strategic merge patch to a document of the described type. Objects are merged and null removes,
/// as in a merge patch; lists that the tables mark with `merge` are joined by their merge key or as sets,
/// others replaced. Knows `$patch`, `$retainKeys`, `$setElementOrder/FIELD` and
/// `$deleteFromPrimitiveList/FIELD`. Items of the patch stand before those that only the document has, unless
/// both were in the document already. Fails with the texts of Kubernetes: Code::invalid when the patch has a
/// wrong form, Code::internal for what the API answers with status 500 (a list item without its merge key, an
/// unknown `$patch`).
Result<Node> apply_strategic_patch(const TypeDescriptor& type, Node document, const Node& patch);

}  // namespace hooklet::api
