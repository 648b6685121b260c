// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "node/pod_control.hpp"

#include <vector>

namespace hooklet {

/// One Pod to be ended.
struct PodStop {
    std::string uid;
    PodEnd why;
    Duration grace{};
};

/// Ends the Pods side by side. Returns when none of them runs any more, or when `call` ends.
Task<void> stop_pods(Executor executor, PodControl* pods, std::vector<PodStop> stops, Call call);

}  // namespace hooklet
