// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/node.hpp"

#include <string>

namespace hooklet::client {

/// Where `apply` keeps what was applied last, for all clients that apply.
inline constexpr const char* last_applied = "kubectl.kubernetes.io/last-applied-configuration";

/// The document as kubectl writes it, byte by byte: another text as `last_applied` would be a change to it.
std::string json_of_kubectl(const api::Node& document);

/// The document with itself as its `last_applied` annotation.
api::Node with_last_applied(const api::Node& document);

/// What was applied to the object last; null when nothing was.
api::Node last_applied_of(const api::Node& object);

/// The patch that makes `current` what `wanted` says: it sets what `wanted` has otherwise, and removes what
/// `before` (applied last) had and `wanted` has not. What neither names stays as it is. With a type it is a
/// strategic merge patch, without a merge patch. An object without members: there is nothing to do.
api::Node three_way_patch(const api::TypeDescriptor* type, const api::Node& before, const api::Node& wanted,
                          const api::Node& current);

}  // namespace hooklet::client
