// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "cli/daemon.hpp"
#include "node/node_agent.hpp"
#include "pods/pod_settings.hpp"

namespace hooklet::app {

/// The agent's settings in the names of KubeletConfiguration (kubelet.config.k8s.io/v1beta1). Fields that it
/// has no setting for are left out.
api::Node kubelet_configuration(const PodSettings& pods, const NodeAgentSettings& node,
                                const cli::AgentOptions& options);

}  // namespace hooklet::app
