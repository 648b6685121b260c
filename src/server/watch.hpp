// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"
#include "server/options.hpp"
#include "server/rendering.hpp"
#include "server/services.hpp"

#include <memory>

namespace hooklet::server {

/// What happens to the target's objects after the options' resourceVersion; without one, what is there and
/// then what happens; both as sendInitialEvents says, which makes a resourceVersion the least that is to be
/// there. 410 when that is too long ago, 504 when it does not come, 400 for a bad selector.
Task<Answer<std::unique_ptr<store::Watch>>> watch(Services services, Target target, ListOptions options,
                                                  CancelToken cancel);

/// Answers with a watch: one JSON event a line, until the options' timeout (none: half an hour to an hour, at
/// random) or until the client is gone. A watch that begins too long ago, or too late, is answered with an
/// event, other failures with a status of their own.
Task<void> serve_watch(Services services, HttpExchange* exchange, Target target, ListOptions options,
                       Rendering rendering);

}  // namespace hooklet::server
