// SPDX-License-Identifier: Apache-2.0
#include "insight/problem.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hooklet::insight {

namespace {

constexpr std::array<std::string_view, 14> no_obstacles{"BackOff",
                                                        "DeprecatedTCPSocketHook",
                                                        "FailedKillPod",
                                                        "FailedOnExitHook",
                                                        "FailedPostStartHook",
                                                        "FailedPreStopHook",
                                                        "FailedToRetrieveImagePullSecret",
                                                        "LifecycleHTTPFallback",
                                                        "MissingClusterDNS",
                                                        "OnExitHookTimedOut",
                                                        "PostStartHookTimedOut",
                                                        "PreStopHookTimedOut",
                                                        "ProbeWarning",
                                                        "Unhealthy"};

}  // namespace

bool only_names_reason(const EventRecord& event) {
    constexpr std::string_view prefix = "Error: ";
    return event.reason == "Failed" && event.message.starts_with(prefix) &&
           event.message.find(' ', prefix.size()) == std::string::npos;
}

bool keeps_from_starting(const EventRecord& event) {
    return event.warning && std::ranges::find(no_obstacles, event.reason) == no_obstacles.end();
}

void note_problem(std::optional<EventRecord>& problem, const EventRecord& event) {
    if (!problem || !only_names_reason(event)) problem = event;
}

}  // namespace hooklet::insight
