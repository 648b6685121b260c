// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/container_runtime.hpp"

#include <string>
#include <vector>

namespace hooklet {

/// Which namespaces the Pod's containers share with each other and with the machine.
cri::NamespaceOptions namespaces_of(const api::PodSpec& spec);

/// fsGroup, then supplementalGroups.
std::vector<std::int64_t> supplemental_groups_of(const api::PodSpec& spec);

bool is_privileged(const api::Container& container);

/// The container's security settings over the Pod's, as the kubelet sends them. `image` gives the user where
/// neither says one; `seccomp_directory` is where Localhost profiles lie.
cri::ContainerSecurityContext make_security_context(const api::Pod& pod, const api::Container& container,
                                                    const cri::Image& image,
                                                    const std::string& seccomp_directory);

/// Refuses to run a runAsNonRoot container as root (lifecycle spec 1.4, step 4). Fails with Code::invalid.
Status verify_run_as_non_root(const api::Pod& pod, const api::Container& container, const cri::Image& image);

}  // namespace hooklet
