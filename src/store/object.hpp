// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "ports/object_storage.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hooklet::store {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// What field selectors of the resource may ask of this object, besides its name and namespace:
/// `spec.nodeName`, `status.phase`, ... with their values. The paths are literals: each object has them.
using Fields = std::vector<std::pair<std::string_view, std::string>>;
using FieldsOf = std::function<Fields(std::string_view resource, const api::Node& object)>;

/// One version of an object: its JSON text, and of its content only what it is found by. Never changed,
/// shared by the map of objects, the history and every watcher.
struct Object {
    ObjectKey key;
    Revision revision = 0;
    std::string uid;
    Labels labels;
    Fields fields;
    ObjectText text;

    /// The content, read from the text anew.
    [[nodiscard]] api::Node node() const;
    /// nullptr when there is no such label.
    [[nodiscard]] const std::string* label(std::string_view name) const;
    /// `metadata.name`, `metadata.namespace` or one of `fields`; nullptr for any other.
    [[nodiscard]] const std::string* field(std::string_view path) const;
};

using ObjectPtr = std::shared_ptr<const Object>;

/// The longest text of an object that is stored, in bytes: etcd's limit for a request.
inline constexpr std::size_t largest_object = 3 * 1024 * 1024 / 2;

/// Whether the object is one of those asked for. Empty: all are.
using Predicate = std::function<bool(const Object&)>;

/// `metadata.NAME` when it is a text, else empty.
std::string_view metadata_text(const api::Node& object, std::string_view name);

/// The object of this content at this revision. Its `metadata.resourceVersion` is set, as the last of
/// metadata; nothing else is touched.
ObjectPtr make_object(ObjectKey key, Revision revision, api::Node content, const FieldsOf& fields_of);

/// The object that was stored. Code::internal, with its name, when it is not JSON.
Result<ObjectPtr> read_object(const StoredObject& stored, const FieldsOf& fields_of);

/// The same content at another revision: what watchers are shown when it is gone.
ObjectPtr at_revision(const Object& object, Revision revision);

}  // namespace hooklet::store
