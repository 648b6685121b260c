// SPDX-License-Identifier: Apache-2.0
#include "store/object.hpp"

#include "api/json.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace hooklet::store {

namespace {

/// Far beyond what requests may have, so that whatever was accepted can be read back with its defaults.
constexpr api::ParseLimits stored_limits{.bytes = 64U << 20, .depth = 1000, .nodes = 10'000'000};

constexpr std::string_view resource_version = "resourceVersion";

template <class Pairs>
const std::string* find(const Pairs& pairs, std::string_view name) {
    const auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
    return found == pairs.end() ? nullptr : &found->second;
}

/// Always at the same place, so that equal contents have equal texts.
void set_resource_version(api::Node& content, Revision revision) {
    api::Node* metadata = content.find("metadata");
    if (metadata == nullptr || metadata->as_object() == nullptr) {
        metadata = &content.set("metadata", api::Node::object());
    }
    std::erase_if(*metadata->as<api::Node::Object>(),
                  [](const api::Member& member) { return member.key == resource_version; });
    metadata->set(std::string(resource_version), api::Node(std::to_string(revision)));
}

Labels labels_of(const api::Node& content) {
    Labels found;
    const api::Node* metadata = content.find("metadata");
    const api::Node* labels = metadata == nullptr ? nullptr : metadata->find("labels");
    const auto* members = labels == nullptr ? nullptr : labels->as_object();
    if (members == nullptr) return found;
    for (const api::Member& member : *members) {
        if (const auto* value = member.value.as_string()) found.emplace_back(member.key, *value);
    }
    return found;
}

ObjectPtr describe(ObjectKey key, Revision revision, const api::Node& content, ObjectText text,
                   const FieldsOf& fields_of) {
    auto object = std::make_shared<Object>();
    object->uid = metadata_text(content, "uid");
    object->labels = labels_of(content);
    if (fields_of) object->fields = fields_of(key.resource, content);
    object->fields.shrink_to_fit();
    object->key = std::move(key);
    object->revision = revision;
    object->text = std::move(text);
    return object;
}

/// Kept for long, so in no more room than it takes: a text that grew may have twice as much.
ObjectText text_of(const api::Node& content) {
    std::string text = api::write_json(content);
    text.shrink_to_fit();
    return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

api::Node Object::node() const {
    auto content = api::parse_json(*text, stored_limits);
    if (!content)
        throw std::logic_error("a stored object cannot be read: " + api::to_string(content.error()));
    return *std::move(content);
}

const std::string* Object::label(std::string_view name) const {
    return find(labels, name);
}

const std::string* Object::field(std::string_view path) const {
    if (path == "metadata.name") return &key.name;
    if (path == "metadata.namespace") return &key.namespace_;
    return find(fields, path);
}

std::string_view metadata_text(const api::Node& object, std::string_view name) {
    const api::Node* metadata = object.find("metadata");
    const api::Node* value = metadata == nullptr ? nullptr : metadata->find(name);
    const std::string* text = value == nullptr ? nullptr : value->as_string();
    return text == nullptr ? std::string_view{} : *text;
}

ObjectPtr make_object(ObjectKey key, Revision revision, api::Node content, const FieldsOf& fields_of) {
    set_resource_version(content, revision);
    return describe(std::move(key), revision, content, text_of(content), fields_of);
}

Result<ObjectPtr> read_object(const StoredObject& stored, const FieldsOf& fields_of) {
    const auto content = api::parse_json(*stored.text, stored_limits);
    if (!content) {
        return fail(Code::internal,
                    fmt::format("object store: {} {}: {}", stored.key.resource, api::quote(stored.key.name),
                                api::to_string(content.error())));
    }
    return describe(stored.key, stored.revision, *content, stored.text, fields_of);
}

ObjectPtr at_revision(const Object& object, Revision revision) {
    api::Node content = object.node();
    set_resource_version(content, revision);
    auto moved = std::make_shared<Object>(object);
    moved->revision = revision;
    moved->text = text_of(content);
    return moved;
}

}  // namespace hooklet::store
