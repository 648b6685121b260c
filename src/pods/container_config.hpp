// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/container_runtime.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hooklet {

/// All that a container is made from. `pod` and `container` are only read during the call.
struct ContainerConfigInput {
    const api::Pod& pod;
    const api::Container& container;
    std::string image_ref;  ///< As pull_image or image_status gave it.
    cri::Image image;       ///< For the user that the image names.
    std::uint32_t restart_count = 0;
    std::vector<cri::KeyValue> env;  ///< From make_environment.
    std::vector<cri::Mount> mounts;  ///< From make_mounts.
    std::string owner_label;
    std::int64_t node_memory_bytes = 0;
    std::string seccomp_directory;  ///< Where Localhost profiles lie.
};

/// What the engine gets for one start of a container: the kubelet's CreateContainer request (lifecycle spec
/// 1.4 and 1.6). Fails with Code::invalid and a CreateContainerConfigError text when runAsNonRoot is broken.
Result<cri::ContainerConfig> make_container_config(ContainerConfigInput input);

/// The kubelet's container hash, which covers name and image: lower-case hex.
std::string container_hash(const api::Container& container);

/// Where the container's log goes, below the Pod's log directory: `<container>/<restart count>.log`.
std::string container_log_path(const std::string& container, std::uint32_t restart_count);

}  // namespace hooklet
