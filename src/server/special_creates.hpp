// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/resource_request.hpp"

namespace hooklet::server {

/// Whether a create of the target makes no object of its own: bindings, evictions, tokens, and questions
/// about who somebody is and what they may do.
bool is_special(const Target& target);
/// Does it, with the strictness about unknown fields that the client asks for. Precondition: is_special().
Task<HttpReply> create_special(Helpers helpers, ResourceRequest request);

}  // namespace hooklet::server
