// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/options.hpp"
#include "server/services.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// Deletes the target's Pod, which says before that it was evicted, when the disruption budgets allow it.
Task<Answer<void>> evict(Services services, Target target, DeleteOptions options);

}  // namespace hooklet::server
