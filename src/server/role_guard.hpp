// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/resource_request.hpp"

namespace hooklet::server {

/// Keeps whoever sends the request from giving away by a role or a binding what he may not do himself: 403,
/// with the API's text. Who may `escalate` the role or `bind` what a binding names is not kept. Empty for
/// other kinds, and for system:masters. The helpers' roles outlive it.
WriteCheck role_guard(const Helpers& helpers, const ResourceRequest& request);

}  // namespace hooklet::server
