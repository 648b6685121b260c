// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hooklet::api {

/// Whether the first of a container's rules that matches the exit code asks for a restart; nullopt when none
/// matches.
std::optional<bool> restart_by_rules(const std::vector<ContainerRestartRule>& rules, std::int32_t exit_code);

/// Whether a container of this name may start again that ended with this code: by its rules, its own policy,
/// or the Pod's.
bool may_restart(const PodSpec& spec, std::string_view name, std::int32_t exit_code);

}  // namespace hooklet::api
