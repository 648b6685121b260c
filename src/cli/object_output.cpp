// SPDX-License-Identifier: Apache-2.0
#include "cli/object_output.hpp"

#include "api/json.hpp"
#include "client/document.hpp"
#include "client/json_path.hpp"
#include "client/yaml_text.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace hooklet::cli {

Result<ObjectOutput> parse_output(const std::string& text) {
    constexpr std::array<std::pair<std::string_view, ObjectOutput::Form>, 5> forms{
        {{"", ObjectOutput::Form::table},
         {"wide", ObjectOutput::Form::wide},
         {"json", ObjectOutput::Form::json},
         {"yaml", ObjectOutput::Form::yaml},
         {"name", ObjectOutput::Form::name}}};
    for (const auto& [name, form] : forms) {
        if (text == name) return ObjectOutput{form, {}, {}};
    }
    constexpr std::string_view path = "jsonpath=";
    if (text.starts_with(path))
        return ObjectOutput{ObjectOutput::Form::json_path, text.substr(path.size()), {}};
    constexpr std::string_view columns = "custom-columns=";
    if (text.starts_with(columns)) {
        auto parsed = client::parse_columns(std::string_view(text).substr(columns.size()));
        if (!parsed) return std::unexpected(parsed.error());
        return ObjectOutput{ObjectOutput::Form::columns, {}, *std::move(parsed)};
    }
    return fail(Code::invalid,
                fmt::format("\"{}\" is no output; there are wide, json, yaml, name, jsonpath=TEMPLATE and "
                            "custom-columns=NAME:PATH,...",
                            text));
}

std::string output_problem(const std::string& text) {
    const auto output = parse_output(text);
    return output ? "" : output.error().message;
}

Result<std::string> print(const ObjectOutput& output, const client::ResourceType& type,
                          const api::Node& object) {
    switch (output.form) {
        case ObjectOutput::Form::yaml:
            return client::write_yaml(object);
        case ObjectOutput::Form::json_path:
            return client::fill_in(output.path, object);
        case ObjectOutput::Form::name:
            return type.named(client::text_at(object, "metadata.name")) + "\n";
        default:
            return api::write_json(object, api::JsonStyle::pretty) + "\n";
    }
}

api::Node list_of(api::Node::Array objects) {
    api::Node metadata;
    metadata.set("resourceVersion", api::Node(""));
    api::Node list;
    list.set("apiVersion", api::Node("v1"));
    list.set("items", api::Node(std::move(objects)));
    list.set("kind", api::Node("List"));
    list.set("metadata", std::move(metadata));
    return list;
}

}  // namespace hooklet::cli
