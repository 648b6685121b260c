// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kinds/kind.hpp"
#include "server/status.hpp"
#include "store/object.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace hooklet::server {

/// The objects, or the one object, that a request is about.
struct Target {
    const kinds::Kind* kind = nullptr;
    std::string namespace_{};  ///< Empty for kinds of the whole cluster, and for all namespaces.
    std::string name{};        ///< Empty in lists and in creates.
    std::string part{};        ///< The subresource that is written, as Kind's functions call it.

    [[nodiscard]] bool is(std::string_view resource) const { return kind->resource() == resource; }
    [[nodiscard]] ObjectKey key() const;
};

/// Looks at what somebody wants to write before anything else does; a failure is the request's answer. The
/// object has its defaults; `before` is nullptr for a new one.
using WriteCheck =
    std::function<Answer<void>(const Target& target, const kinds::Object& now, const kinds::Object& before)>;

/// The resource that the kind's objects are stored as.
std::string stored_resource(const kinds::Kind& kind);

/// The stored object's document, and its text, in the form that the kind has.
api::Node document(const kinds::Kind& kind, const store::Object& stored);
std::string text(const kinds::Kind& kind, const store::Object& stored);
/// What is stored, as an object of the kind.
kinds::Object decode(const kinds::Kind& kind, const store::Object& stored);
/// The object's document, with its kind and apiVersion.
api::Node encode(const kinds::Kind& kind, void* object);
/// The document that is stored for it.
api::Node stored_form(const kinds::Kind& kind, void* object);
/// A document that is known to fit, as an object of its kind.
kinds::Object from_document(const kinds::Kind& kind, const api::Node& document);
/// What would be stored, when nothing is (dry run).
store::ObjectPtr unstored(const Target& target, const api::Node& content);

/// What selectors ask of stored objects, for the store.
store::FieldsOf fields_of_kinds();

}  // namespace hooklet::server
