// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/services.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// Gives the target's Pod the node of the binding, with its labels and annotations: the Pod counts as
/// scheduled, and its generation stays. uid and resourceVersion of the binding are preconditions. 409 for one
/// that has a node, is being deleted or is gated.
Task<Answer<store::ObjectPtr>> bind(Services services, Target target, api::Binding binding, bool dry_run);

}  // namespace hooklet::server
