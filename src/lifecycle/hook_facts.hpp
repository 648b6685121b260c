// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"
#include "ports/network.hpp"

#include <string>
#include <vector>

namespace hooklet {

/// Something that a hook is told about its own call, e.g. `EXIT_CODE` = `137`.
struct HookFact {
    std::string name;  ///< Upper case with underscores.
    std::string value;
    bool operator==(const HookFact&) const = default;
};
using HookFacts = std::vector<HookFact>;

/// As a command's environment: `HOOKLET_EXIT_CODE`.
std::vector<cri::KeyValue> as_environment(const HookFacts& facts);
/// As a request's headers: `Hooklet-Exit-Code`.
std::vector<HttpHeader> as_headers(const HookFacts& facts);
/// The command with the facts in its environment. CRI's exec takes no environment, so the container's own
/// `env` sets it; without facts the command stays as it is.
std::vector<std::string> with_environment(const HookFacts& facts, const std::vector<std::string>& command);

}  // namespace hooklet
