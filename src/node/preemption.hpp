// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/stop_pods.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Room for a critical Pod (lifecycle spec 8.2): pure decisions. The victims are ended by stop_pods() beside
/// everything else; nothing waits for them but the critical Pod.
namespace hooklet {

/// How much of a resource is missing: cpu in thousandths, all else in units.
struct Shortage {
    std::string resource;
    std::int64_t amount = 0;
};

/// The amount that the Pod asks for, as it counts in a Shortage; 1 of `pods`.
std::int64_t requested(const api::PodSpec& spec, const std::string& resource);

/// The Pods that go so that nothing is short for `critical`: as few Guaranteed ones as possible, then
/// Burstable, then BestEffort; in a class again and again the one whose request comes closest to what is
/// missing. Fails with Code::conflict, and the kubelet's text, when no set of Pods is enough.
Result<std::vector<const PodOnNode*>> choose_victims(const api::Pod& critical,
                                                     const std::vector<PodOnNode>& running,
                                                     const std::vector<Shortage>& missing);

/// How a victim ends: with its own grace.
PodStop preemption_of(const api::Pod& victim);

}  // namespace hooklet
