// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/container_runtime.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// The machine, as Pods may ask for it.
struct NodeFacts {
    std::string name;
    std::string ip;
    std::int64_t cpu_milli = 0;
    std::int64_t memory_bytes = 0;
};

/// What fieldRef and resourceFieldRef can refer to besides the Pod itself.
struct EnvironmentFacts {
    std::vector<std::string> pod_ips;  ///< Of the sandbox, primary first; empty on the host's network.
    NodeFacts node;
};

/// The container's environment in the order of its declaration, each name once: a later declaration replaces
/// the value of an earlier one. `$(NAME)` refers to what was declared before. Fails with Code::invalid, or
/// not_found for ConfigMaps and Secrets, with the kubelet's CreateContainerConfigError texts.
Result<std::vector<cri::KeyValue>> make_environment(const api::Pod& pod, const api::Container& container,
                                                    const EnvironmentFacts& facts);

/// Replaces each `$(NAME)` by its value; one that is not in `env` stays as it is. `$$` stands for `$`, so
/// that
/// `$$(NAME)` becomes `$(NAME)`. As Kubernetes does for env, command and args.
std::string expand(std::string_view text, const std::vector<cri::KeyValue>& env);

/// Expands a volumeMount's subPathExpr, where every variable must have a value. Fails with Code::invalid.
Result<std::string> expand_strictly(std::string_view text, const std::vector<cri::KeyValue>& env);

}  // namespace hooklet
