// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/issue.hpp"
#include "api/node.hpp"
#include "api/types.hpp"

#include <string>
#include <utility>

namespace hooklet::api {

/// Fills `object` (of the described type) from `node`. Everything that does not fit becomes an issue with its
/// source line, and decoding goes on: unknown fields, values of a wrong type, numbers out of range.
/// `path` is where `node` stands in its document, "" for the root.
void decode_into(const TypeDescriptor& type, const Node& node, void* object, const std::string& path,
                 Issues& issues);
/// The reverse. Empty fields are left out exactly where the API leaves them out.
Node encode_from(const TypeDescriptor& type, const void* object);
/// Sets one field from a table's text (`30`, `Always`, `{}`), as `default=` gives it. A bad text is a bug.
void assign_text(const FieldDescriptor& field, std::string_view text, void* object);

/// Decodes a whole document; repeated keys are issues too.
template <class T>
T decode(const Node& node, Issues& issues) {
    T object;
    for (Issue& issue : duplicate_keys(node)) issues.push_back(std::move(issue));
    decode_into(describe<T>(), node, &object, "", issues);
    return object;
}

template <class T>
Node encode(const T& object) {
    return encode_from(describe<T>(), &object);
}

}  // namespace hooklet::api
