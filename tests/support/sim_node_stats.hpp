// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/node_stats.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet::sim {

/// A machine with as much of everything as the test says; walking the directories takes a second, and tells
/// of those that are asked for.
class SimNodeStats final : public NodeStats {
  public:
    explicit SimNodeStats(Clock* clock) : clock_(clock) {
        usage.memory_capacity_bytes = 1 << 30;
        usage.memory_available_bytes = 1 << 29;
        usage.nodefs = {1'000'000'000, 500'000'000, 100'000, 50'000};
        usage.pids_max = 32'768;
        usage.pids_running = 100;
    }
    Result<NodeUsage> node() override {
        if (fails) return fail(Code::internal, "statistics can't be read");
        return usage;
    }
    Task<Result<std::vector<PodUsage>>> pods(std::vector<PodPlaces> places, Call call) override {
        const Call work{std::min(clock_->now() + std::chrono::seconds{1}, call.deadline), call.cancel};
        const Status waited = co_await sleep_until(clock_, work);
        if (!waited) co_return std::unexpected(waited.error());
        std::vector<PodUsage> found;
        for (const PodPlaces& place : places) {
            const auto pod = pod_usage.find(place.uid);
            if (pod == pod_usage.end()) continue;
            found.push_back(pod->second);
            std::erase_if(found.back().directories,
                          [&place](const auto& one) { return !place.directories.contains(one.first); });
        }
        co_return found;
    }

    NodeUsage usage;
    std::map<std::string, PodUsage> pod_usage;  ///< By uid; a Pod that is not here has no statistics.
    bool fails = false;

  private:
    Clock* clock_;
};

}  // namespace hooklet::sim
