// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/node_object.hpp"
#include "pods/pod_settings.hpp"
#include "ports/container_runtime.hpp"
#include "ports/node_stats.hpp"

#include <string>
#include <string_view>

namespace hooklet::app {

/// The version of Kubernetes whose kubelet and API hooklet stands for.
inline constexpr const char* kubernetes_version = "v1.34.0+hooklet";

/// cpu, memory, disk and number of Pods. `usage`: the machine as NodeStats has it now.
api::ResourceList host_capacity(const PodSettings& settings, const NodeUsage& usage);

/// What the machine's Node object says. `usage` as above.
NodeSheet host_sheet(const PodSettings& settings, const cri::VersionResponse& engine, const NodeUsage& usage);

/// The PRETTY_NAME of an os-release file; empty when it has none.
std::string os_name(std::string_view os_release);

/// `x86_64` as Go names it: `amd64`.
std::string go_architecture(const std::string& machine);

}  // namespace hooklet::app
