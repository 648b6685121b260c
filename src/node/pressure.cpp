// SPDX-License-Identifier: Apache-2.0
#include "node/pressure.hpp"

#include "api/qos.hpp"
#include "node/pod_kind.hpp"
#include "placement/tolerations.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

bool is_met(const Threshold& threshold, const Observations& seen, bool with_reclaim) {
    const auto found = seen.find(threshold.signal);
    if (found == seen.end()) return false;
    std::int64_t limit = threshold.value.of(found->second.capacity);
    if (with_reclaim && threshold.min_reclaim) limit += threshold.min_reclaim->of(found->second.capacity);
    return found->second.available < limit;
}

}  // namespace

std::vector<Threshold> Pressure::observe(const Observations& seen, MonotonicTime now) {
    std::vector<std::pair<Threshold, MonotonicTime>> met;
    for (const Threshold& threshold : thresholds_) {
        const bool acted = std::ranges::find(acting_, threshold) != acting_.end();
        if (!is_met(threshold, seen, acted)) continue;
        const auto before = std::ranges::find(met_since_, threshold, &decltype(met)::value_type::first);
        met.emplace_back(threshold, before == met_since_.end() ? now : before->second);
        last_seen_[std::string(condition_of(threshold.signal))] = now;
    }
    met_since_ = std::move(met);
    conditions_.clear();
    for (const auto& [condition, at] : last_seen_) {
        if (now - at < transition_period_) conditions_.insert(condition);
    }
    acting_.clear();
    for (const auto& [threshold, since] : met_since_) {
        if (now - since >= threshold.grace) acting_.push_back(threshold);
    }
    std::ranges::stable_partition(acting_, [](const Threshold& threshold) {
        return threshold.signal == EvictionSignal::memory_available;
    });
    return acting_;
}

bool Pressure::is_relieved(const Observations& seen) const {
    return std::ranges::none_of(
        thresholds_, [&seen](const Threshold& threshold) { return is_met(threshold, seen, true); });
}

std::optional<std::string> pressure_rejection(const api::Pod& pod, const std::set<std::string>& conditions) {
    if (conditions.empty() || is_critical(pod)) return std::nullopt;
    if (conditions == std::set<std::string>{"MemoryPressure"}) {
        if (api::qos_class(pod.spec) != "BestEffort") return std::nullopt;
        const Taint pressure{"node.kubernetes.io/memory-pressure", "", "NoSchedule"};
        if (tolerates(pod.spec.tolerations, pressure)) return std::nullopt;
    }
    return fmt::format("The node had condition: [{}]. ", fmt::join(conditions, " "));
}

}  // namespace hooklet
