// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "status/pod_status.hpp"

namespace hooklet {

/// The statuses of a Pod's containers (lifecycle spec 6.4).
struct ContainerStatuses {
    std::vector<api::ContainerStatus> init;       ///< In spec order.
    std::vector<api::ContainerStatus> ordinary;   ///< By name.
    std::vector<api::ContainerStatus> ephemeral;  ///< By name.
};

ContainerStatuses container_statuses(const StatusInput& input);

}  // namespace hooklet
