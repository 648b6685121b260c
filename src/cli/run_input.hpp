// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"

namespace hooklet::cli {

/// The Pods of a command line, ready for PodManager::add, and what they refer to; to be used only when there
/// are no issues.
struct RunInput {
    std::vector<api::Pod> pods;
    std::vector<api::ConfigMap> config_maps;
    std::vector<api::Secret> secrets;
    api::Issues issues;  ///< Of all files, in their order.
};

/// Reads files, `-` and directories (their *.yaml, *.yml and *.json files by name, not those of
/// sub-directories), and gives each object what an API server would: a generated name, a uid, a creation
/// time. Two objects of one kind and name are an issue, and so are an input without Pods, a ConfigMap or
/// Secret that a Pod needs and no file holds, a key that it needs and the object has not, and Pods with the
/// same host port.
RunInput read_manifests(Environment& env, const std::vector<std::string>& paths);

}  // namespace hooklet::cli
