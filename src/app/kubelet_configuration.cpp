// SPDX-License-Identifier: Apache-2.0
#include "app/kubelet_configuration.hpp"

#include <algorithm>

namespace hooklet::app {

namespace {

api::Node duration_node(Duration duration) {
    return api::Node(go_duration(duration));
}

void set_shutdown(api::Node& config, const cli::AgentOptions& options) {
    config.set("shutdownGracePeriod", duration_node(options.shutdown_grace));
    config.set("shutdownGracePeriodCriticalPods", duration_node(options.shutdown_grace_critical));
}

void set_images(api::Node& config, const ImagePolicy& images, std::size_t parallel_pulls) {
    config.set("imageMinimumGCAge", duration_node(images.minimum_age));
    config.set("imageGCHighThresholdPercent", api::Node(images.high_percent));
    config.set("imageGCLowThresholdPercent", api::Node(images.low_percent));
    config.set("serializeImagePulls", api::Node(parallel_pulls == 1));
    if (parallel_pulls > 1) config.set("maxParallelImagePulls", api::Node(parallel_pulls));
}

void set_evictions(api::Node& config, const EvictionSettings& eviction, const cli::AgentOptions& options) {
    ThresholdSettings thresholds;
    // What cannot be read has ended the agent's start.
    if (options.eviction_hard)
        thresholds.hard = parse_statements(*options.eviction_hard).value_or(thresholds.hard);
    api::Node hard = api::Node::object();
    for (const auto& [signal, value] : thresholds.hard) hard.set(signal, api::Node(value));
    config.set("evictionHard", std::move(hard));
    config.set("evictionPressureTransitionPeriod", duration_node(eviction.transition_period));
}

void set_logs(api::Node& config, const LogPolicy& logs, const std::string& directory) {
    const auto size = static_cast<std::int64_t>(logs.max_size_bytes);
    const auto text = api::Quantity::of_units(size, api::Quantity::Format::binary_si).text();
    config.set("containerLogMaxSize", api::Node(text));
    config.set("containerLogMaxFiles", api::Node(logs.max_files));
    config.set("containerLogMonitorInterval", duration_node(logs.period));
    config.set("podLogsDir", api::Node(directory));
}

}  // namespace

api::Node kubelet_configuration(const PodSettings& pods, const NodeAgentSettings& node,
                                const cli::AgentOptions& options) {
    api::Node config;
    if (!node.manifests.empty()) config.set("staticPodPath", api::Node(node.manifests));
    config.set("clusterDomain", api::Node(pods.cluster_dns.domain));
    api::Node servers = api::Node::array();
    for (const std::string& server : pods.cluster_dns.servers) servers.push(api::Node(server));
    if (!servers.as_array()->empty()) config.set("clusterDNS", std::move(servers));
    config.set("nodeStatusUpdateFrequency", duration_node(NodeRegistration::period));
    config.set("nodeStatusReportFrequency", duration_node(NodeRegistration::status_period));
    set_images(config, node.collector.images, pods.parallel_image_pulls);
    config.set("cgroupRoot", api::Node(pods.cgroup_root));
    config.set("cgroupDriver", api::Node("cgroupfs"));
    const auto most = node.sheet.capacity.find("pods");
    if (most != node.sheet.capacity.end()) config.set("maxPods", api::Node(most->second.units()));
    set_evictions(config, node.eviction, options);
    set_logs(config, node.logs, pods.pod_log_directory);
    set_shutdown(config, options);
    api::Node back_off;
    back_off.set("maxContainerRestartPeriod", duration_node(pods.back_off.maximum));
    config.set("crashLoopBackOff", std::move(back_off));
    return config;
}

}  // namespace hooklet::app
