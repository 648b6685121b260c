// SPDX-License-Identifier: Apache-2.0
#include "api/node_paths.hpp"

#include <fmt/format.h>

namespace hooklet::api {

void for_each_at(const Node& node, const std::string& at, std::string_view path,
                 const std::function<void(const Node&, const std::string&)>& visit) {
    if (path.empty()) return visit(node, at);
    if (path.starts_with("[]")) {
        path.remove_prefix(2);
        const auto& items = *node.as_array();
        for (std::size_t i = 0; i < items.size(); ++i)
            for_each_at(items[i], fmt::format("{}[{}]", at, i), path, visit);
        return;
    }
    if (path.starts_with('.')) path.remove_prefix(1);
    const std::string_view name = path.substr(0, path.find_first_of(".["));
    if (const Node* next = node.find(name))
        for_each_at(*next, fmt::format("{}.{}", at, name), path.substr(name.size()), visit);
}

}  // namespace hooklet::api
