// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet {

/// What is left in a namespace that ends.
struct NamespaceRemains {
    std::map<std::string, int> objects{};     ///< By resource, as `pods.` or `leases.coordination.k8s.io`.
    std::map<std::string, int> finalizers{};  ///< How many objects have each.
    std::vector<std::string> failures{};      ///< Why objects could not be deleted.

    [[nodiscard]] bool empty() const { return objects.empty() && failures.empty(); }
};

/// Writes the five conditions of a namespace that ends, in the API's order and texts; whether one of them is
/// another now.
bool set_conditions(api::NamespaceStatus& status, const NamespaceRemains& remains, WallTime now);

}  // namespace hooklet
