// SPDX-License-Identifier: Apache-2.0
#include "node/shutdown.hpp"

#include "node/pod_kind.hpp"
#include "pods/names.hpp"

#include <algorithm>

namespace hooklet {

namespace {

PodEnd end_of_shutdown() {
    const std::string message = "Pod was terminated in response to imminent node shutdown.";
    return {.trigger = "NodeShutdown", .reason = "Terminated", .message = message, .disruption = message};
}

}  // namespace

std::vector<ShutdownShare> shutdown_shares(Duration total, Duration critical) {
    return {{0, total - critical}, {system_critical_priority, critical}};
}

std::vector<ShutdownGroup> plan_shutdown(std::vector<ShutdownShare> shares,
                                         const std::vector<PodOnNode>& pods) {
    std::vector<ShutdownGroup> groups;
    std::ranges::sort(shares, {}, &ShutdownShare::priority);
    for (const ShutdownShare& share : shares) groups.push_back({share.grace, {}});
    for (const PodOnNode& pod : pods) {
        if (groups.empty()) break;
        const auto above =
            std::ranges::upper_bound(shares, priority_of(pod.pod), {}, &ShutdownShare::priority);
        const auto index = static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - shares.begin() - 1, 0));
        const Duration grace = std::min(grace_of(pod.pod), groups[index].limit);
        groups[index].stops.push_back({pod.pod.metadata.uid, end_of_shutdown(), grace});
    }
    std::erase_if(groups, [](const ShutdownGroup& group) { return group.stops.empty(); });
    return groups;
}

Task<void> shut_down_pods(NodePorts ports, std::vector<ShutdownShare> shares, CancelToken cancel) {
    ports.node_event(event::shutdown_detected());
    std::vector<ShutdownGroup> groups = plan_shutdown(std::move(shares), ports.pods->pods());
    for (ShutdownGroup& group : groups) {
        if (cancel.cancelled()) break;
        const Call call = ports.clock->call_within(group.limit, cancel);
        co_await stop_pods(ports.executor, ports.pods, std::move(group.stops), call);
    }
}

}  // namespace hooklet
