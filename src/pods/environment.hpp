// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/container_runtime.hpp"
#include "references/fields.hpp"
#include "references/snapshot.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// What a container's environment is made from; only read during the call.
struct EnvironmentInput {
    const api::Pod& pod;
    const api::Container& container;
    const FieldFacts& facts;
    const ObjectSnapshot& objects;          ///< At least what references_of(pod, container) says.
    std::vector<cri::KeyValue> services{};  ///< Of service_environment(); every declaration replaces them.
};

/// The container's environment: the Services' variables, then in the order of declaration, envFrom first,
/// each name once: a later declaration replaces the value of an earlier one. `$(NAME)` refers to what was
/// declared before. Fails with the kubelet's CreateContainerConfigError texts, which name keys and never
/// values: Code::invalid, or not_found for what an object or key is missing.
Result<std::vector<cri::KeyValue>> make_environment(const EnvironmentInput& input);

/// Replaces each `$(NAME)` by its value; one that is not in `env` stays as it is. `$$` stands for `$`, so
/// that `$$(NAME)` becomes `$(NAME)`. As Kubernetes does for env, command and args.
std::string expand(std::string_view text, const std::vector<cri::KeyValue>& env);

/// Expands a volumeMount's subPathExpr, where every variable must have a value. Fails with Code::invalid.
Result<std::string> expand_strictly(std::string_view text, const std::vector<cri::KeyValue>& env);

}  // namespace hooklet
