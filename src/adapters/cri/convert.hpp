// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace runtime::v1 {
class AttachRequest;
class AuthConfig;
class Container;
class ContainerConfig;
class ContainerEventResponse;
class ContainerStats;
class ContainerStatus;
class ExecRequest;
class FilesystemUsage;
class Image;
class LinuxContainerResources;
class PodSandbox;
class PodSandboxConfig;
class PodSandboxStatus;
class PortForwardRequest;
class RuntimeCondition;
}  // namespace runtime::v1

/// Between the port's types and CRI's messages. What the port leaves unset is left out of the message.
namespace hooklet::cri {

namespace proto = ::runtime::v1;

void to_proto(const LinuxResources& from, proto::LinuxContainerResources* to);
void to_proto(const PodSandboxConfig& from, proto::PodSandboxConfig* to);
void to_proto(const ContainerConfig& from, proto::ContainerConfig* to);
void to_proto(const AuthConfig& from, proto::AuthConfig* to);
void to_proto(const ExecRequest& from, proto::ExecRequest* to);
void to_proto(const AttachRequest& from, proto::AttachRequest* to);
void to_proto(const PortForwardRequest& from, proto::PortForwardRequest* to);

[[nodiscard]] RuntimeCondition from_proto(const proto::RuntimeCondition& from);
[[nodiscard]] PodSandboxStatus from_proto(const proto::PodSandboxStatus& from);
[[nodiscard]] PodSandbox from_proto(const proto::PodSandbox& from);
[[nodiscard]] Container from_proto(const proto::Container& from);
/// CRI's status does not name the sandbox; `pod_sandbox_id` stays empty.
[[nodiscard]] ContainerStatus from_proto(const proto::ContainerStatus& from);
[[nodiscard]] Image from_proto(const proto::Image& from);
[[nodiscard]] FilesystemUsage from_proto(const proto::FilesystemUsage& from);

[[nodiscard]] ContainerStats from_proto(const proto::ContainerStats& from);
[[nodiscard]] ContainerEventType event_type_of(const proto::ContainerEventResponse& from);

/// What the verbose status says besides the status: containerd and CRI-O put this JSON under the key `info`.
struct ContainerInfo {
    std::int32_t pid = 0;  ///< Of the container's init process; 0 when it is not running.
    std::string sandbox_id;
};
/// What the text lacks is left empty.
[[nodiscard]] ContainerInfo parse_container_info(std::string_view json);

}  // namespace hooklet::cri
