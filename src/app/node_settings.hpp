// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/daemon.hpp"
#include "node/node_agent.hpp"
#include "pods/pod_settings.hpp"

#include <string>

namespace hooklet::app {

/// What is done with records, logs and images that nobody needs any more, for Pods with these settings.
CollectorSettings collector_settings(const PodSettings& settings);
/// When Pods are evicted; without thresholds only those that use more local storage than they may.
EvictionSettings eviction_settings(const PodSettings& settings);
/// What the options say of all Pods.
PodSettings with_options(PodSettings settings, const cli::AgentOptions& options);
/// The node of an agent with an API, with a kubelet's defaults where the options say nothing. Code::invalid
/// for thresholds that cannot be read, or shares of a shutdown that are more than the whole.
Result<NodeAgentSettings> node_settings(const PodSettings& settings, NodeSheet sheet,
                                        const cli::AgentOptions& options);

}  // namespace hooklet::app
