// SPDX-License-Identifier: Apache-2.0
#include "api/difference.hpp"

#include "api/json.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

std::string text_of(const Node* node) {
    return node == nullptr ? "(none)" : write_json(*node);
}

void compare(const Node* before, const Node* after, const std::string& path, std::string& out);

void compare_members(const Node& before, const Node& after, const std::string& path, std::string& out) {
    const auto place = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    for (const Member& member : *before.as_object())
        compare(&member.value, after.find(member.key), place(member.key), out);
    for (const Member& member : *after.as_object()) {
        if (before.find(member.key) == nullptr) compare(nullptr, &member.value, place(member.key), out);
    }
}

void compare_items(const Node::Array& before, const Node::Array& after, const std::string& path,
                   std::string& out) {
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
        compare(i < before.size() ? &before[i] : nullptr, i < after.size() ? &after[i] : nullptr,
                fmt::format("{}[{}]", path, i), out);
    }
}

void compare(const Node* before, const Node* after, const std::string& path, std::string& out) {
    if (before != nullptr && after != nullptr) {
        if (same_value(*before, *after)) return;
        if (before->as_object() != nullptr && after->as_object() != nullptr)
            return compare_members(*before, *after, path, out);
        if (before->as_array() != nullptr && after->as_array() != nullptr)
            return compare_items(*before->as_array(), *after->as_array(), path, out);
    }
    out += fmt::format("{}: {} -> {}\n", path, text_of(before), text_of(after));
}

}  // namespace

std::string difference(const Node& before, const Node& after) {
    std::string out;
    compare(&before, &after, "", out);
    return out;
}

}  // namespace hooklet::api
