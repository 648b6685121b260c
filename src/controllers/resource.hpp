// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "ports/api.hpp"

#include <string>
#include <vector>

namespace hooklet {

/// A resource whose objects controllers look after.
struct Resource {
    std::string group{};  ///< Empty for core.
    std::string version = "v1";
    std::string plural;  ///< `pods`
    std::string kind;    ///< `Pod`
    bool namespaced = true;

    [[nodiscard]] ApiPath path(std::string namespace_ = "", std::string name = "") const {
        return {group, version, plural, std::move(namespace_), std::move(name)};
    }
    /// `v1`, `coordination.k8s.io/v1`
    [[nodiscard]] std::string api_version() const { return group.empty() ? version : group + "/" + version; }
};
using Resources = std::vector<Resource>;

/// How long a controller waits for one answer of the API.
inline constexpr Duration longest_request = std::chrono::seconds{30};

}  // namespace hooklet
