// SPDX-License-Identifier: Apache-2.0
#include "informer/document.hpp"

namespace hooklet {

const api::Node* value_at(const api::Node& document, std::initializer_list<std::string_view> path) {
    const api::Node* node = &document;
    for (const std::string_view key : path) {
        node = node->find(key);
        if (node == nullptr) return nullptr;
    }
    return node;
}

std::string text_at(const api::Node& document, std::initializer_list<std::string_view> path) {
    const api::Node* node = value_at(document, path);
    const std::string* text = node == nullptr ? nullptr : node->as_string();
    return text == nullptr ? "" : *text;
}

api::ObjectMeta metadata_of(const api::Node& object) {
    const api::Node* metadata = object.find("metadata");
    return metadata == nullptr ? api::ObjectMeta{} : read_as<api::ObjectMeta>(*metadata);
}

}  // namespace hooklet
