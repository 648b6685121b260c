// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "identity/roles.hpp"
#include "ports/http_server.hpp"

namespace hooklet::identity {

/// Who a request is to count as: `real`, or whom its Impersonate headers name (`kubectl --as`): a user or an
/// account, groups, a uid, extra values, each of which `real` has to have the verb `impersonate` for. The
/// failure's message is that of a Status 403: who may not impersonate is refused, never served as himself.
Result<Identity> impersonated(const Identity& real, const HttpServerRequest& request, const Roles& roles);

}  // namespace hooklet::identity
