// SPDX-License-Identifier: Apache-2.0
#include "sim/status_rules.hpp"

#include "api/pod_phase.hpp"
#include "api/validation.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

void check_container(const std::vector<api::ContainerStatus>& before, const api::ContainerStatus& now,
                     bool over, std::vector<std::string>& found) {
    if (over && now.state.running) found.push_back(now.name + " runs in a Pod that has ended");
    const bool done = now.state.terminated && now.state.terminated->exitCode == 0;
    if (now.ready && !now.state.running && !done) found.push_back(now.name + " is ready but does not run");
    const auto old = std::ranges::find(before, now.name, &api::ContainerStatus::name);
    if (old == before.end() || old->restartCount <= now.restartCount) return;
    found.push_back(
        fmt::format("{}: restartCount {} after {}", now.name, now.restartCount, old->restartCount));
}

void check_with_api(const api::PodStatus& before, const api::Pod& pod, std::vector<std::string>& found) {
    api::Pod stored = pod;
    stored.status = before;
    stored.status.qosClass = pod.status.qosClass;  // the API's own
    for (const api::Issue& issue : api::validate_update("status", pod, stored)) {
        found.push_back(to_string(issue));
    }
}

}  // namespace

std::vector<std::string> broken_rules(const api::PodStatus& before, const api::Pod& pod) {
    const api::PodStatus& now = pod.status;
    constexpr std::array lists{&api::PodStatus::initContainerStatuses, &api::PodStatus::containerStatuses,
                               &api::PodStatus::ephemeralContainerStatuses};
    std::vector<std::string> found;
    if (api::is_terminal(before.phase) && now.phase != before.phase)
        found.push_back(fmt::format("phase {} after {}", now.phase, before.phase));
    if (before.startTime && before.startTime != now.startTime) found.emplace_back("the start time changes");
    for (const auto list : lists) {
        for (const api::ContainerStatus& status : now.*list)
            check_container(before.*list, status, api::is_terminal(now.phase), found);
    }
    const auto ready = std::ranges::find(now.conditions, "Ready", &api::PodCondition::type);
    if (ready != now.conditions.end() && ready->status == "True" && now.phase != "Running")
        found.push_back("ready in phase " + now.phase);
    check_with_api(before, pod, found);
    return found;
}

}  // namespace hooklet::sim
