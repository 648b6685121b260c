// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/container_runtime.hpp"
#include "ports/random.hpp"
#include "volumes/volumes.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet {

/// Where mounts come from. The outside world is only used during the call.
struct MountPorts {
    FileSystem* files = nullptr;
    Random* random = nullptr;
    Volumes* volumes = nullptr;
};

/// What a container's mounts are made from; only read during the call.
struct MountInput {
    const api::Pod& pod;
    const api::Container& container;
    const std::map<std::string, std::string>& volume_paths;  ///< From Volumes::set_up.
    const std::vector<cri::KeyValue>& env;                   ///< For subPathExpr.
    std::string hosts_file;  ///< On the host, for /etc/hosts; empty: the engine's own.
    std::string pods_directory;
};

struct ContainerMounts {
    std::vector<cri::Mount> mounts;
    /// The file on the host where the container leaves its termination message; empty when it has none.
    std::string termination_message_file;
};

/// Everything that is mounted into one start of a container, made ready on the host: its volumeMounts in
/// order, the Pod's /etc/hosts (unless the container mounts something there itself), and a new, empty
/// termination message file. The Pod's directory exists. Errors: the file system's, else Code::invalid, with
/// the kubelet's CreateContainerConfigError texts.
Result<ContainerMounts> make_mounts(MountPorts ports, const MountInput& input);

}  // namespace hooklet
