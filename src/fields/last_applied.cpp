// SPDX-License-Identifier: Apache-2.0
#include "fields/last_applied.hpp"

#include "api/json.hpp"
#include "fields/comparison.hpp"

#include <string>
#include <utility>

namespace hooklet::fields {

namespace {

constexpr std::string_view annotation = "kubectl.kubernetes.io/last-applied-configuration";

api::Node* annotations_of(api::Node& document) {
    api::Node* metadata = document.find("metadata");
    return metadata == nullptr ? nullptr : metadata->find("annotations");
}

}  // namespace

FieldSet last_applied(const Place& place, const api::Node& document) {
    const api::Node* metadata = document.find("metadata");
    const api::Node* annotations = metadata == nullptr ? nullptr : metadata->find("annotations");
    const api::Node* text = annotations == nullptr ? nullptr : annotations->find(annotation);
    if (text == nullptr || text->as_string() == nullptr) return {};
    const auto applied = api::parse_json(*text->as_string());
    return applied && applied->as_object() != nullptr ? fields_of(place, *applied) : FieldSet{};
}

void set_last_applied(api::Node& document, api::Node applied) {
    api::Node* annotations = annotations_of(document);
    if (annotations == nullptr || annotations->find(annotation) == nullptr) return;
    if (api::Node* own = annotations_of(applied)) own->erase(annotation);
    annotations->set(std::string(annotation), api::Node(api::write_json(applied) + "\n"));
}

}  // namespace hooklet::fields
