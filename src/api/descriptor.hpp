// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::api {

/// What a field, or one item of it, is.
enum class Kind : std::uint8_t {
    boolean,
    int32,
    int64,
    string,
    bytes,    ///< A std::string of any bytes; base64 in JSON.
    strings,  ///< A std::vector<std::string> as one item; a message `{1 items}` in protobuf.
    quantity,
    int_or_string,
    time,
    micro_time,  ///< A Time with microseconds.
    json,
    object
};
/// How often it occurs. `optional` is the API's pointer: unset differs from zero.
enum class Shape : std::uint8_t { one, optional, list, map };

/// Reaches the items inside a std::optional, std::vector or std::map<std::string, T> of unknown T.
struct Access {
    using Visit = std::function<void(std::string_view key, const void* item)>;
    void (*each)(const void* container, const Visit& visit);  ///< key is empty except in maps
    void* (*add)(void* container, std::string_view key);      ///< a new default item; replaces an equal key
};

struct TypeDescriptor;

/// One line of a table in src/api/schema, see the README there.
struct FieldDescriptor {
    std::string_view name;  ///< JSON name; empty for an inlined struct, whose fields stand in the parent.
    int number = 0;         ///< Protobuf field number; 0 when the field is not on the wire.
    std::size_t offset = 0;
    Shape shape = Shape::one;
    Kind kind = Kind::string;
    const TypeDescriptor* type = nullptr;           ///< Of Kind::object.
    const Access* access = nullptr;                 ///< For every shape but `one`.
    bool always = false;                            ///< Written even when empty (no omitempty).
    bool omitzero = false;                          ///< Left out when zero although its type is a struct.
    bool required = false;                          ///< Empty is `Required value`.
    bool secret = false;                            ///< Issues do not show the value.
    bool retain_keys = false;                       ///< Strategic merge honours $retainKeys.
    bool merge = false;                             ///< Strategic merge joins the lists instead of replacing.
    std::string_view merge_key;                     ///< Empty for lists of scalars.
    bool atomic = false;                            ///< Server-side apply replaces a map, or a list to merge.
    std::span<const std::string_view> keys;         ///< What tells items apart in server-side apply.
    std::string_view check;                         ///< Name of a rule in validation/checks.cpp; empty: none.
    std::optional<std::string_view> default_value;  ///< Text of the value an unset field gets.
    std::span<const std::string_view> values;       ///< Allowed values, in the order of the API's messages.
    std::string_view description;                   ///< One sentence for people; may be empty.

    [[nodiscard]] bool inlined() const { return name.empty(); }
    [[nodiscard]] const void* in(const void* object) const {
        return static_cast<const std::byte*>(object) + offset;
    }
    [[nodiscard]] void* in(void* object) const { return static_cast<std::byte*>(object) + offset; }
};

struct TypeDescriptor {
    std::string_view name;
    std::string_view group;  ///< `core/v1`, `meta/v1`.
    std::span<const FieldDescriptor> fields;
    bool atomic = false;           ///< Server-side apply replaces it as a whole.
    std::string_view description;  ///< One sentence for people; may be empty.
};

/// Calls `visit(item key or "", item)` for every item that `field` of `object` holds; once for Shape::one.
void for_each_item(const FieldDescriptor& field, const void* object, const Access::Visit& visit);
/// Whether the field holds its zero value: false, 0, "", no items, an unset optional; a plain struct never
/// is.
bool is_empty(const FieldDescriptor& field, const void* object);
/// The field of that JSON name, looked for in inlined structs too, or nullptr. An inlined struct begins where
/// its parent begins, so the field's place in the object is `field->in(object)` all the same.
const FieldDescriptor* find_field(const TypeDescriptor& type, std::string_view name);
/// The JSON names of the type's fields, inlined ones included, in table order.
std::vector<std::string_view> field_names(const TypeDescriptor& type);
/// The JSON names of those fields of `object` that are not empty, in table order.
std::vector<std::string_view> present_fields(const TypeDescriptor& type, const void* object);

template <class T>
struct AccessTo;

template <class T>
struct AccessTo<std::optional<T>> {
    static void each(const void* container, const Access::Visit& visit) {
        const auto& value = *static_cast<const std::optional<T>*>(container);
        if (value) visit({}, &*value);
    }
    static void* add(void* container, std::string_view) {
        return &static_cast<std::optional<T>*>(container)->emplace();
    }
};

template <class T>
struct AccessTo<std::vector<T>> {
    static void each(const void* container, const Access::Visit& visit) {
        for (const T& item : *static_cast<const std::vector<T>*>(container)) visit({}, &item);
    }
    static void* add(void* container, std::string_view) {
        return &static_cast<std::vector<T>*>(container)->emplace_back();
    }
};

template <class T>
struct AccessTo<std::map<std::string, T>> {
    static void each(const void* container, const Access::Visit& visit) {
        for (const auto& [key, item] : *static_cast<const std::map<std::string, T>*>(container))
            visit(key, &item);
    }
    static void* add(void* container, std::string_view key) {
        T& item = (*static_cast<std::map<std::string, T>*>(container))[std::string(key)];
        item = T{};
        return &item;
    }
};

template <class Container>
inline constexpr Access access_to{&AccessTo<Container>::each, &AccessTo<Container>::add};

}  // namespace hooklet::api
