// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "status/container_view.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet {

/// Everything that a Pod's status is made from.
struct StatusInput {
    const api::Pod* pod = nullptr;                    ///< Spec, and the status reported last.
    std::map<std::string, ContainerView> containers;  ///< By name.
    bool terminating = false;
    bool final_ = false;  ///< Nothing of the Pod runs any more, and nothing will.
    bool sandbox_ready = false;
    std::vector<std::string> pod_ips;
    std::string host_ip;
    std::string runtime_name;  ///< Scheme of container ids: `containerd`.
    WallTime now;
};

/// The Pod's status (lifecycle spec 6.2 to 6.4), as far as ordinary containers go. Pure; times of conditions
/// change only with their status.
api::PodStatus make_status(const StatusInput& input);

}  // namespace hooklet
