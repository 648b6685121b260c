// SPDX-License-Identifier: Apache-2.0
#include "client/document.hpp"

#include "api/json.hpp"

#include <algorithm>

namespace hooklet::client {

const api::Node* find(const api::Node& document, std::string_view path) {
    const api::Node* node = &document;
    while (!path.empty() && node != nullptr) {
        const std::size_t dot = std::min(path.find('.'), path.size());
        node = node->find(path.substr(0, dot));
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return node;
}

std::string text_at(const api::Node& document, std::string_view path) {
    const api::Node* node = find(document, path);
    return node == nullptr || node->as_string() == nullptr ? std::string() : *node->as_string();
}

std::string number_at(const api::Node& document, std::string_view path, std::string_view otherwise) {
    const api::Node* number = find(document, path);
    return number == nullptr ? std::string(otherwise) : shown(*number);
}

bool is_true(const api::Node& document, std::string_view path) {
    const api::Node* flag = find(document, path);
    return flag != nullptr && flag->as_bool() != nullptr && *flag->as_bool();
}

const api::Node::Array& items(const api::Node& document, std::string_view path) {
    static const api::Node::Array none;
    const api::Node* found = find(document, path);
    return found == nullptr || found->as_array() == nullptr ? none : *found->as_array();
}

std::string shown(const api::Node& value) {
    if (value.is_null()) return "<none>";
    return value.as_string() != nullptr ? *value.as_string() : api::write_json(value);
}

}  // namespace hooklet::client
