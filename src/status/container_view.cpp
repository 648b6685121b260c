// SPDX-License-Identifier: Apache-2.0
#include "status/container_view.hpp"

namespace hooklet {

bool wants_start(const std::string& restart_policy, const std::optional<ContainerRecord>& current) {
    if (!current) return true;
    switch (current->state) {
        case cri::ContainerState::running:
            return false;
        case cri::ContainerState::created:
        case cri::ContainerState::unknown:
            return true;
        case cri::ContainerState::exited:
            break;
    }
    if (restart_policy == "Always") return true;
    return restart_policy == "OnFailure" && current->exit_code != 0;
}

}  // namespace hooklet
