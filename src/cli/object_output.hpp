// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"
#include "client/custom_columns.hpp"
#include "client/resource_type.hpp"

#include <string>

namespace hooklet::cli {

/// How objects are printed: `-o`.
struct ObjectOutput {
    enum class Form { table, wide, json, yaml, name, json_path, columns };
    Form form = Form::table;
    std::string path{};               ///< json_path
    client::CustomColumns columns{};  ///< columns

    /// Whether it is the server that makes the table.
    [[nodiscard]] bool is_table() const { return form == Form::table || form == Form::wide; }
};

/// Reads the value of `-o`; empty is a table. Code::invalid with what there is.
Result<ObjectOutput> parse_output(const std::string& text);

/// One object (or list) as text, with its line break. `output` is neither a table nor columns.
Result<std::string> print(const ObjectOutput& output, const client::ResourceType& type,
                          const api::Node& object);

/// Objects of any types as one: a `List`.
api::Node list_of(api::Node::Array objects);

/// What CLI11 says of a bad `-o`; empty: it is good.
std::string output_problem(const std::string& text);

}  // namespace hooklet::cli
