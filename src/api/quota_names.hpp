// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

/// The names that a ResourceQuota knows without a prefix.
namespace hooklet::api::quota {

/// What containers ask for: amounts that need not be whole.
inline constexpr std::array<std::string_view, 3> measured{"cpu", "memory", "ephemeral-storage"};

/// What is counted: objects of these resources, and what Services take of nodes and clouds.
inline constexpr std::array<std::string_view, 9> counted{"pods",
                                                         "services",
                                                         "replicationcontrollers",
                                                         "resourcequotas",
                                                         "secrets",
                                                         "configmaps",
                                                         "persistentvolumeclaims",
                                                         "services.nodeports",
                                                         "services.loadbalancers"};

}  // namespace hooklet::api::quota
