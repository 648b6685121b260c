// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/access.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// Answers a question about who somebody is or what they may do: the question's document with its status.
/// `asker` is meant where the question names nobody. Without a gatekeeper everything is allowed.
Task<api::Node> review(Gatekeeper* gatekeeper, Target target, User asker, api::Node question);

}  // namespace hooklet::server
