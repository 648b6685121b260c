// SPDX-License-Identifier: Apache-2.0
#include "api/descriptor.hpp"

#include "api/types.hpp"

namespace hooklet::api {

void for_each_item(const FieldDescriptor& field, const void* object, const Access::Visit& visit) {
    if (field.shape == Shape::one) {
        visit({}, field.in(object));
    } else {
        field.access->each(field.in(object), visit);
    }
}

namespace {

template <class T>
const T& value(const void* item) {
    return *static_cast<const T*>(item);
}

bool is_zero(const FieldDescriptor& field, const void* item) {
    switch (field.kind) {
        case Kind::boolean:
            return !value<bool>(item);
        case Kind::int32:
            return value<std::int32_t>(item) == 0;
        case Kind::int64:
            return value<std::int64_t>(item) == 0;
        case Kind::string:
        case Kind::bytes:
            return value<std::string>(item).empty();
        case Kind::strings:
            return value<std::vector<std::string>>(item).empty();
        case Kind::time:
        case Kind::micro_time:
            return value<Time>(item).is_zero();
        case Kind::quantity:
        case Kind::int_or_string:
        case Kind::json:
        case Kind::object:
            return false;
    }
    return false;
}

}  // namespace

bool is_empty(const FieldDescriptor& field, const void* object) {
    if (field.shape == Shape::one) return is_zero(field, field.in(object));
    bool empty = true;
    field.access->each(field.in(object), [&](std::string_view, const void*) { empty = false; });
    return empty;
}

const FieldDescriptor* find_field(const TypeDescriptor& type, std::string_view name) {
    for (const FieldDescriptor& field : type.fields) {
        if (!field.inlined() && field.name == name) return &field;
        if (!field.inlined()) continue;
        if (const FieldDescriptor* found = find_field(*field.type, name)) return found;
    }
    return nullptr;
}

std::vector<std::string_view> field_names(const TypeDescriptor& type) {
    std::vector<std::string_view> names;
    for (const FieldDescriptor& field : type.fields) {
        if (field.inlined()) {
            const auto inner = field_names(*field.type);
            names.insert(names.end(), inner.begin(), inner.end());
        } else {
            names.push_back(field.name);
        }
    }
    return names;
}

std::vector<std::string_view> present_fields(const TypeDescriptor& type, const void* object) {
    std::vector<std::string_view> names;
    for (const FieldDescriptor& field : type.fields) {
        if (field.inlined()) {
            const auto inner = present_fields(*field.type, field.in(object));
            names.insert(names.end(), inner.begin(), inner.end());
        } else if (!is_empty(field, object)) {
            names.push_back(field.name);
        }
    }
    return names;
}

}  // namespace hooklet::api
