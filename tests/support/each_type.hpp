// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"

#include <functional>
#include <set>
#include <string_view>

namespace hooklet::api {

/// Visits every type that can be reached from `type`, once.
inline void each_type(const TypeDescriptor& type, std::set<std::string_view>& seen,
                      const std::function<void(const TypeDescriptor&)>& visit) {
    if (!seen.insert(type.name).second) return;
    visit(type);
    for (const FieldDescriptor& field : type.fields) {
        if (field.type != nullptr) each_type(*field.type, seen, visit);
    }
}

}  // namespace hooklet::api
