// SPDX-License-Identifier: Apache-2.0
#include "sim/status_rules.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

bool is_terminal(const std::string& phase) {
    return phase == "Succeeded" || phase == "Failed";
}

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

}  // namespace

std::vector<std::string> broken_rules(const api::PodStatus& before, const api::PodStatus& now) {
    constexpr std::array lists{&api::PodStatus::initContainerStatuses, &api::PodStatus::containerStatuses,
                               &api::PodStatus::ephemeralContainerStatuses};
    std::vector<std::string> found;
    if (is_terminal(before.phase) && now.phase != before.phase)
        found.push_back(fmt::format("phase {} after {}", now.phase, before.phase));
    if (before.startTime && before.startTime != now.startTime) found.emplace_back("the start time changes");
    for (const auto list : lists) {
        for (const api::ContainerStatus& status : now.*list)
            check_container(before.*list, status, is_terminal(now.phase), found);
    }
    const auto ready = std::ranges::find(now.conditions, "Ready", &api::PodCondition::type);
    if (ready != now.conditions.end() && ready->status == "True" && now.phase != "Running")
        found.push_back("ready in phase " + now.phase);
    return found;
}

}  // namespace hooklet::sim
