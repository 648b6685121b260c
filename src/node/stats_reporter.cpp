// SPDX-License-Identifier: Apache-2.0
#include "node/stats_reporter.hpp"

#include "node/pod_places.hpp"

#include <utility>

namespace hooklet {

Task<Result<StatsSummary>> StatsReporter::summary(bool disks, Call call) {
    const Result<UsageSpan> span = co_await meter_->samples(call);
    if (!span) co_return std::unexpected(span.error());
    std::vector<PodPlaces> places;
    for (const PodOnNode& pod : span->now.pods) {
        places.push_back(places_of(pod, places_.pods_directory, places_.pod_log_directory));
        if (!disks) places.back().directories.clear();
    }
    const auto measured = co_await stats_->pods(std::move(places), std::move(call));
    co_return summarize(places_.node_name, *span, measured.value_or(std::vector<PodUsage>{}));
}

}  // namespace hooklet
