// SPDX-License-Identifier: Apache-2.0
#include "server/target.hpp"

#include "api/json.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::server {

namespace {

/// kind and apiVersion stand in the object like any other field.
void set_text(const kinds::Kind& kind, void* object, std::string_view field, std::string value) {
    const api::FieldDescriptor* known = api::find_field(*kind.type, field);
    if (known != nullptr) *static_cast<std::string*>(known->in(object)) = std::move(value);
}

/// The kind as which this one's objects are stored.
const kinds::Kind& stored_kind(const kinds::Kind& kind) {
    return *kinds::find(stored_resource(kind));
}

}  // namespace

std::string stored_resource(const kinds::Kind& kind) {
    return kind.stored_as.empty() ? kind.resource() : kind.stored_as;
}

ObjectKey Target::key() const {
    return {stored_resource(*kind), namespace_, name};
}

kinds::Object from_document(const kinds::Kind& kind, const api::Node& document) {
    kinds::Object object = kind.make();
    api::Issues ignored;
    api::decode_into(*kind.type, document, object.get(), "", ignored);
    return object;
}

api::Node document(const kinds::Kind& kind, const store::Object& stored) {
    if (kind.stored_as.empty()) return stored.node();
    return encode(kind, decode(kind, stored).get());
}

std::string text(const kinds::Kind& kind, const store::Object& stored) {
    return kind.stored_as.empty() ? *stored.text : api::write_json(document(kind, stored));
}

kinds::Object decode(const kinds::Kind& kind, const store::Object& stored) {
    if (kind.stored_as.empty()) return from_document(kind, stored.node());
    return kind.from_stored(from_document(stored_kind(kind), stored.node()).get());
}

api::Node stored_form(const kinds::Kind& kind, void* object) {
    if (kind.stored_as.empty()) return encode(kind, object);
    return encode(stored_kind(kind), kind.to_stored(object).get());
}

api::Node encode(const kinds::Kind& kind, void* object) {
    set_text(kind, object, "kind", kind.name);
    set_text(kind, object, "apiVersion", kind.api_version());
    return api::encode_from(*kind.type, object);
}

store::ObjectPtr unstored(const Target& target, const api::Node& content) {
    auto object = std::make_shared<store::Object>();
    object->key = target.key();
    object->uid = store::metadata_text(content, "uid");
    object->text = std::make_shared<const std::string>(api::write_json(content));
    return object;
}

store::FieldsOf fields_of_kinds() {
    return [](std::string_view resource, const api::Node& content) {
        for (const kinds::Kind& kind : kinds::all()) {
            if (!kind.fields || kind.resource() != resource) continue;
            return kind.fields(from_document(kind, content).get());
        }
        return store::Fields{};
    };
}

}  // namespace hooklet::server
