// SPDX-License-Identifier: Apache-2.0
#include "node/managed_pods.hpp"

#include <algorithm>

namespace hooklet {

std::vector<PodOnNode> ManagedPods::pods() const {
    std::vector<PodOnNode> out;
    for (const ManagedPod& pod : manager_->list()) out.push_back({pod.object, pod.cgroup, pod.ending});
    if (ended_) {
        for (api::Pod& pod : ended_()) out.push_back({std::move(pod), {}, true});
    }
    std::ranges::stable_sort(out, {}, [](const PodOnNode& pod) {
        return pod.pod.status.startTime ? pod.pod.status.startTime->wall() : WallTime::max();
    });
    return out;
}

Task<Status> ManagedPods::stop_pod(std::string uid, PodEnd why, Duration grace, Call call) {
    manager_->end(uid, std::move(why), grace);
    co_return co_await manager_->ended(std::move(uid), std::move(call));
}

}  // namespace hooklet
