// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/roles.hpp"

namespace hooklet::identity {

/// What of `wanted` the rules `held` do not allow: each with one group, resource, verb and name, or with one
/// path and verb.
PolicyRules uncovered(const PolicyRules& held, const PolicyRules& wanted);

/// Why somebody may not give these rules to others there: the API's text, with what they do not have
/// themselves. Empty: they have all of it.
std::string escalation(const Identity& who, const std::string& namespace_, const Roles& roles,
                       const PolicyRules& wanted);

}  // namespace hooklet::identity
