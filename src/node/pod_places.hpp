// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/pod_control.hpp"
#include "ports/node_stats.hpp"

#include <string>

namespace hooklet {

/// What the names of a Pod's directories begin with: `volume/NAME` of an emptyDir, `log/CONTAINER`.
inline const std::string volume_places = "volume/";
inline const std::string log_places = "log/";

/// The Pod's cgroup, and the directories in which it may fill the node's disk. `pods_directory` and
/// `pod_log_directory` as in PodSettings.
PodPlaces places_of(const PodOnNode& pod, const std::string& pods_directory,
                    const std::string& pod_log_directory);

}  // namespace hooklet
