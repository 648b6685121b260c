// SPDX-License-Identifier: Apache-2.0
#include "app/node_settings.hpp"

#include <algorithm>

namespace hooklet::app {

CollectorSettings collector_settings(const PodSettings& settings) {
    CollectorSettings out;
    out.pod_log_directory = settings.pod_log_directory;
    out.container_log_directory = settings.container_log_directory;
    out.owner_label = settings.owner_label;
    return out;
}

EvictionSettings eviction_settings(const PodSettings& settings) {
    EvictionSettings out;
    out.pods_directory = settings.pods_directory;
    out.pod_log_directory = settings.pod_log_directory;
    out.owner_label = settings.owner_label;
    return out;
}

Result<NodeAgentSettings> node_settings(const PodSettings& settings, NodeSheet sheet,
                                        const cli::AgentOptions& options) {
    NodeAgentSettings out;
    out.sheet = std::move(sheet);
    out.manifests = options.manifests;
    out.collector = collector_settings(settings);
    ImagePolicy& images = out.collector.images;
    images.high_percent = options.image_gc_high_threshold;
    images.low_percent = std::min(images.low_percent, images.high_percent);
    out.eviction = eviction_settings(settings);
    ThresholdSettings thresholds;
    if (options.eviction_hard) {
        auto hard = parse_statements(*options.eviction_hard);
        if (!hard) return wrap("--eviction-hard", hard.error());
        thresholds.hard = *std::move(hard);
    }
    auto parsed = parse_thresholds(thresholds);
    if (!parsed) return wrap("--eviction-hard", parsed.error());
    out.eviction.thresholds = *std::move(parsed);
    return out;
}

}  // namespace hooklet::app
