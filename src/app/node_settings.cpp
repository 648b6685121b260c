// SPDX-License-Identifier: Apache-2.0
#include "app/node_settings.hpp"

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

NodeAgentSettings node_settings(const PodSettings& settings, NodeSheet sheet, std::string manifests) {
    NodeAgentSettings out;
    out.sheet = std::move(sheet);
    out.manifests = std::move(manifests);
    out.collector = collector_settings(settings);
    out.eviction = eviction_settings(settings);
    // The defaults can always be read.
    out.eviction.thresholds = parse_thresholds({}).value();
    return out;
}

}  // namespace hooklet::app
