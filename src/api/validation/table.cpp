// SPDX-License-Identifier: Apache-2.0
#include "api/validation/parts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

void check_string(const FieldDescriptor& field, const std::string& value, const std::string& path,
                  Issues& issues) {
    if (value.empty() && field.shape == Shape::one) return;
    if (!field.values.empty() &&
        std::find(field.values.begin(), field.values.end(), value) == field.values.end()) {
        issues.push_back(issue::not_supported(path, value, {field.values.begin(), field.values.end()}));
    }
    if (!field.check.empty()) add_problems(check_text(field.check, value), path, value, issues);
}

void check_integer(const FieldDescriptor& field, std::int64_t value, const std::string& path,
                   Issues& issues) {
    if (field.check.empty()) return;
    for (const std::string& problem : check_number(field.check, value)) {
        issues.push_back(issue::invalid_raw(path, std::to_string(value), problem));
    }
}

void check_port(const IntOrString& value, const std::string& path, Issues& issues) {
    if (value.name() != nullptr) return add_problems(port_name(*value.name()), path, *value.name(), issues);
    for (const std::string& problem : check_number("port", *value.number())) {
        issues.push_back(issue::invalid_raw(path, value.text(), problem));
    }
}

void check_item(const FieldDescriptor& field, const void* item, const std::string& path, Issues& issues) {
    switch (field.kind) {
        case Kind::string:
            return check_string(field, *static_cast<const std::string*>(item), path, issues);
        case Kind::int32:
            return check_integer(field, *static_cast<const std::int32_t*>(item), path, issues);
        case Kind::int64:
            return check_integer(field, *static_cast<const std::int64_t*>(item), path, issues);
        case Kind::object:
            return check_table(*field.type, item, path, issues);
        case Kind::int_or_string:
            if (field.check == "port_or_name")
                check_port(*static_cast<const IntOrString*>(item), path, issues);
            return;
        case Kind::boolean:
        case Kind::bytes:
        case Kind::quantity:
        case Kind::strings:
        case Kind::time:
        case Kind::micro_time:
        case Kind::json:
            return;
    }
}

std::string item_path(const FieldDescriptor& field, const std::string& path, std::string_view key,
                      std::size_t index) {
    switch (field.shape) {
        case Shape::list:
            return at(path, index);
        case Shape::map:
            return fmt::format("{}[{}]", path, key);
        case Shape::one:
        case Shape::optional:
            return path;
    }
    return path;
}

}  // namespace

std::string at(std::string_view path, std::size_t index) {
    return fmt::format("{}[{}]", path, index);
}

std::string list_text(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) text += (text.empty() ? "" : ",") + quote(value);
    return "[" + text + "]";
}

void add_problems(const Problems& problems, const std::string& path, std::string_view value, Issues& issues) {
    for (const std::string& problem : problems) issues.push_back(issue::invalid_text(path, value, problem));
}

void check_table(const TypeDescriptor& type, const void* object, const std::string& path, Issues& issues) {
    for (const FieldDescriptor& field : type.fields) {
        if (field.inlined()) {
            check_table(*field.type, field.in(object), path, issues);
            continue;
        }
        const std::string field_path =
            path.empty() ? std::string(field.name) : fmt::format("{}.{}", path, field.name);
        if (field.required && is_empty(field, object)) {
            issues.push_back(issue::required(field_path));
            continue;
        }
        std::size_t index = 0;
        for_each_item(field, object, [&](std::string_view key, const void* item) {
            check_item(field, item, item_path(field, field_path, key, index++), issues);
        });
    }
}

}  // namespace hooklet::api
