// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <array>
#include <ranges>
#include <string_view>

namespace hooklet::api {

/// The statuses of all containers of a Pod, whatever their role. A view of `status`.
inline auto container_statuses(const PodStatus& status) {
    using List = const std::vector<ContainerStatus>*;
    return std::array<List, 3>{&status.initContainerStatuses, &status.containerStatuses,
                               &status.ephemeralContainerStatuses} |
           std::views::transform([](List list) -> const auto& { return *list; }) | std::views::join;
}

/// The status of the container of this name, whatever its role; null when there is none.
inline const ContainerStatus* find_status(const PodStatus& status, std::string_view container) {
    for (const ContainerStatus& each : container_statuses(status)) {
        if (each.name == container) return &each;
    }
    return nullptr;
}

}  // namespace hooklet::api
