// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"
#include "cli/environment.hpp"
#include "client/custom_columns.hpp"
#include "client/resource_type.hpp"
#include "templates/go_template.hpp"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace hooklet::cli {

/// How objects are printed, as it was typed: `-o` and `--template`.
struct OutputOptions {
    std::string form{};
    std::string text{};
};
/// Declares them; `forms` says what there is.
void add_output(CLI::App& verb, OutputOptions& options, const std::string& forms);

/// How objects are printed.
struct ObjectOutput {
    enum class Form { table, wide, json, yaml, name, json_path, go_template, columns };
    Form form = Form::table;
    std::string text{};                                          ///< json_path, go_template
    std::shared_ptr<const templates::GoTemplate> go_template{};  ///< go_template
    client::CustomColumns columns{};                             ///< columns

    /// Whether it is the server that makes the table.
    [[nodiscard]] bool is_table() const { return form == Form::table || form == Form::wide; }
};

/// What the options mean; nothing is a table. Reads the file of a template. Code::invalid and Code::not_found
/// in kubectl's words.
Result<ObjectOutput> read_output(Environment& env, const OutputOptions& options);

/// Appends one object (or list) as text, with its line break, to `out`; after a failure what goes before it,
/// as kubectl prints it. `output` is neither a table nor columns.
Status print(const ObjectOutput& output, const client::ResourceType& type, const api::Node& object,
             std::string& out);

/// Objects of any types as one: a `List`.
api::Node list_of(api::Node::Array objects);

}  // namespace hooklet::cli
