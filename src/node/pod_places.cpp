// SPDX-License-Identifier: Apache-2.0
#include "node/pod_places.hpp"

#include "api/container_statuses.hpp"
#include "pods/sandbox_config.hpp"
#include "volumes/volumes.hpp"

namespace hooklet {

PodPlaces places_of(const PodOnNode& pod, const std::string& pods_directory,
                    const std::string& pod_log_directory) {
    const std::string& uid = pod.pod.metadata.uid;
    PodPlaces places{uid, pod.cgroup, {}};
    const std::string own = pod_directory(pods_directory, uid);
    for (const api::Volume& volume : pod.pod.spec.volumes) {
        if (!volume.emptyDir) continue;
        places.directories[volume_places + volume.name] =
            own + "/volumes/kubernetes.io~empty-dir/" + volume.name;
    }
    const std::string logs = pod_log_path(pod.pod, pod_log_directory);
    for (const api::ContainerStatus& status : api::container_statuses(pod.pod.status))
        places.directories[log_places + status.name] = logs + "/" + status.name;
    return places;
}

}  // namespace hooklet
