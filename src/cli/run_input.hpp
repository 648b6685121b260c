// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"

namespace hooklet::cli {

/// The Pods of a command line, ready for PodManager::add; to be used only when there are no issues.
struct RunInput {
    std::vector<api::Pod> pods;
    api::Issues issues;  ///< Of all files, in their order.
};

/// Reads files, `-` and directories (their *.yaml, *.yml and *.json files by name, not those of
/// sub-directories), and gives each Pod what an API server would: a generated name, a uid, a creation time.
/// Two Pods of one name are an issue, and so is an input without Pods.
RunInput read_pods(Environment& env, const std::vector<std::string>& paths);

}  // namespace hooklet::cli
