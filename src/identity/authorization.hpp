// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/identity.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet::identity {

/// What somebody wants to do: with a resource, or, when that is empty, with a path.
struct Attributes {
    std::string verb;           ///< `get`, `list`, `deletecollection`; of a path the method in lower case.
    std::string group{};        ///< Empty for core.
    std::string resource{};     ///< `pods`
    std::string subresource{};  ///< `log`
    std::string namespace_{};   ///< Empty for the whole cluster.
    std::string name{};         ///< Empty in create, and in lists unless they select one object by its name.
    std::string path{};         ///< `/version`; without a query. Normalized by the caller.
};

struct Decision {
    bool allowed = false;
    /// The message of the API's Status 403 (its reason is Forbidden); empty when allowed.
    std::string message{};
};

/// What a Kubernetes API without any roles of its users allows:
/// - system:masters everything;
/// - nodes (`system:node:NAME` in system:nodes) to read what Pods need, to write their own node, its lease,
///   and the status of Pods;
/// - everyone who is authenticated to ask about oneself (reviews) and about the API (discovery);
/// - everyone to ask for health and version.
Decision authorize(const Identity& who, const Attributes& what);

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
};

/// The rules by which authorize() decides in that namespace.
Rules rules_of(const Identity& who, std::string_view namespace_);

}  // namespace hooklet::identity
