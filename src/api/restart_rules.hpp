// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hooklet::api {

/// Whether the first of a container's rules that matches the exit code asks for a restart; nullopt when none
/// matches.
std::optional<bool> restart_by_rules(const std::vector<ContainerRestartRule>& rules, std::int32_t exit_code);

}  // namespace hooklet::api
