// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/resource_request.hpp"

namespace hooklet::server {

/// What else somebody who may update or create has to be allowed: to create, when an update or a patch makes
/// a new object; and of roles and bindings, what they give to others. 403 with the API's text otherwise. Who
/// may `escalate` the role or `bind` what a binding names gives anything. Empty when nothing is to be looked
/// at. The helpers' roles outlive it.
WriteCheck writer_guard(const Helpers& helpers, const ResourceRequest& request);

}  // namespace hooklet::server
