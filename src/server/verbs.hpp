// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/resource_request.hpp"

namespace hooklet::server {

/// Does what the request wants and says how it went: every verb but `watch`.
Task<HttpReply> answer(Helpers helpers, ResourceRequest request);

}  // namespace hooklet::server
