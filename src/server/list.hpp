// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/options.hpp"
#include "server/services.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// The target's objects that the options ask for. 410 when the state asked for is not kept any more, 504 when
/// it is not there within three seconds or the call's deadline.
Task<Answer<store::Page>> list(Services services, Target target, ListOptions options, CancelToken cancel);

/// Waits as a list does until the revision that the options ask for is there; computed objects always are.
/// 504 as above.
Task<Answer<void>> await_revision(Services services, Target target, ListOptions options, CancelToken cancel);

}  // namespace hooklet::server
