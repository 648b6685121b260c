// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <string>
#include <string_view>

namespace hooklet::api {

/// The annotation's value, which lives as long as the object; nullptr when there is no such annotation.
inline const std::string* find_annotation(const ObjectMeta& object, std::string_view key) {
    const auto found = object.annotations.find(std::string(key));
    return found == object.annotations.end() ? nullptr : &found->second;
}

/// The annotation's value; empty, too, when there is no such annotation.
inline std::string annotation_of(const ObjectMeta& object, std::string_view key) {
    const std::string* value = find_annotation(object, key);
    return value == nullptr ? std::string() : *value;
}

}  // namespace hooklet::api
