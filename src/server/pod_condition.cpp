// SPDX-License-Identifier: Apache-2.0
#include "server/pod_condition.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::server {

void set_condition(api::Pod& pod, api::PodCondition condition, WallTime now) {
    auto& conditions = pod.status.conditions;
    const auto before = std::ranges::find(conditions, condition.type, &api::PodCondition::type);
    condition.lastTransitionTime = now;
    condition.observedGeneration = pod.metadata.generation;
    if (before == conditions.end()) {
        conditions.push_back(std::move(condition));
        return;
    }
    if (before->status == condition.status) condition.lastTransitionTime = before->lastTransitionTime;
    *before = std::move(condition);
}

}  // namespace hooklet::server
