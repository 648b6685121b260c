// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// The parts of a path between its slashes, without empty ones and `.`.
std::vector<std::string> components_of(std::string_view path);
/// Whether one of them is `..`.
bool has_backsteps(std::string_view path);

}  // namespace hooklet
