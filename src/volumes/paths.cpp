// SPDX-License-Identifier: Apache-2.0
#include "volumes/paths.hpp"

#include <algorithm>
#include <ranges>

namespace hooklet {

std::vector<std::string> components_of(std::string_view path) {
    std::vector<std::string> result;
    for (const auto part : path | std::views::split('/')) {
        const std::string_view component(part.begin(), part.end());
        if (!component.empty() && component != ".") result.emplace_back(component);
    }
    return result;
}

bool has_backsteps(std::string_view path) {
    const std::vector<std::string> components = components_of(path);
    return std::ranges::find(components, "..") != components.end();
}

}  // namespace hooklet
