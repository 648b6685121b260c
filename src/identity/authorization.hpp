// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/roles.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet::identity {

struct Decision {
    bool allowed = false;
    /// The message of the API's Status 403 (its reason is Forbidden); empty when allowed.
    std::string message{};
    /// By which role, or which roles are not there, as access reviews tell it; may be empty.
    std::string reason{};
};

/// What is allowed:
/// - system:masters everything;
/// - nodes (`system:node:NAME` in system:nodes) to read what Pods need, to write their own node, its lease,
///   and the status of Pods;
/// - everyone to ask for health;
/// - what the roles say.
Decision authorize(const Identity& who, const Attributes& what, const Roles& roles);

/// What somebody may do, as lists: `*` is everything.
struct Rules {
    struct OfResources {
        std::vector<std::string> verbs;
        std::vector<std::string> groups;
        std::vector<std::string> resources;
        std::vector<std::string> names{};  ///< Empty: all objects.
    };
    struct OfPaths {
        std::vector<std::string> verbs;
        std::vector<std::string> paths;
    };
    std::vector<OfResources> resources{};
    std::vector<OfPaths> paths{};
    std::string error{};  ///< Which roles are not there; empty: none is missing.
};

/// The rules by which authorize() decides in that namespace: of roles, and of nodes.
Rules rules_of(const Identity& who, const std::string& namespace_, const Roles& roles);

}  // namespace hooklet::identity
