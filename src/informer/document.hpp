// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/codec.hpp"
#include "api/node.hpp"
#include "api/types.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

/// Reading documents that come from the API, which has validated them.
namespace hooklet {

/// The value below these member names, or nullptr.
const api::Node* value_at(const api::Node& document, std::initializer_list<std::string_view> path);
/// The text below these member names; "" when there is none.
std::string text_at(const api::Node& document, std::initializer_list<std::string_view> path);
/// What every object has.
api::ObjectMeta metadata_of(const api::Node& object);

/// The document as an object of type T; fields that T does not have are left out.
template <class T>
T read_as(const api::Node& document) {
    api::Issues ignored;
    return api::decode<T>(document, ignored);
}

}  // namespace hooklet
