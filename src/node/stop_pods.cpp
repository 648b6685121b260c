// SPDX-License-Identifier: Apache-2.0
#include "node/stop_pods.hpp"

namespace hooklet {

namespace {

Task<void> stop_one(PodControl* pods, PodStop stop, Call call) {
    // What does not end in time goes on ending without us.
    (void)co_await pods->stop_pod(std::move(stop.uid), std::move(stop.why), stop.grace, std::move(call));
}

}  // namespace

Task<void> stop_pods(Executor executor, PodControl* pods, std::vector<PodStop> stops, Call call) {
    Gate gate(std::move(executor));
    for (PodStop& stop : stops) gate.spawn(stop_one(pods, std::move(stop), call));
    co_await gate.close();
}

}  // namespace hooklet
