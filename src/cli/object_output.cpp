// SPDX-License-Identifier: Apache-2.0
#include "cli/object_output.hpp"

#include "api/issue.hpp"
#include "api/json.hpp"
#include "client/document.hpp"
#include "client/json_path.hpp"
#include "client/three_way_patch.hpp"
#include "client/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using Form = ObjectOutput::Form;

/// A word for `-o`. Some have a text: behind `=`, or in `--template`, or in the file that is named there.
struct OutputWord {
    std::string_view word;
    Form form;
    bool text = false;
    bool file = false;
};
constexpr std::array<OutputWord, 12> output_words{{{"", Form::table},
                                                   {"wide", Form::wide},
                                                   {"json", Form::json},
                                                   {"yaml", Form::yaml},
                                                   {"name", Form::name},
                                                   {"jsonpath", Form::json_path, true},
                                                   {"jsonpath-file", Form::json_path, true, true},
                                                   {"go-template", Form::go_template, true},
                                                   {"template", Form::go_template, true},
                                                   {"go-template-file", Form::go_template, true, true},
                                                   {"templatefile", Form::go_template, true, true},
                                                   {"custom-columns", Form::columns, true}}};

std::string_view word_of(std::string_view form) {
    return form.substr(0, form.find('='));
}

const OutputWord* find_word(std::string_view form) {
    const auto* const found = std::ranges::find(output_words, word_of(form), &OutputWord::word);
    return found == output_words.end() || (!found->text && form.contains('=')) ? nullptr : found;
}

/// What CLI11 says of a bad `-o`; empty: it is good.
std::string output_problem(const std::string& form) {
    if (find_word(form) == nullptr)
        return fmt::format(
            "\"{}\" is no output; there are wide, json, yaml, name, jsonpath=TEMPLATE, "
            "go-template=TEMPLATE, either with -file=FILE, and custom-columns=NAME:PATH,...",
            form);
    if (word_of(form) != "custom-columns") return {};
    const std::size_t columns = form.find('=');
    const auto parsed = client::parse_columns(columns == std::string::npos ? "" : form.substr(columns + 1));
    return parsed ? "" : parsed.error().message;
}

Result<std::string> text_of_file(Environment& env, const std::string& path) {
    auto text = env.read_input(path);
    if (text) return text;
    const std::string why = text.error().code == Code::not_found
                                ? fmt::format("open {}: no such file or directory", path)
                                : text.error().text();
    return fail(text.error().code, fmt::format("error: error reading --template {}, {}", path, why));
}

Status read_go_template(ObjectOutput& output) {
    auto parsed = templates::GoTemplate::parse(output.text);
    if (!parsed)
        return fail(parsed.error().code,
                    fmt::format("error: error parsing template {}, {}", output.text, parsed.error().message));
    output.go_template = std::make_shared<const templates::GoTemplate>(*std::move(parsed));
    return {};
}

Status fill_in(const ObjectOutput& output, const api::Node& object, std::string& out) {
    const Status filled = output.go_template->fill_in(object, out);
    if (filled) return {};
    const std::string& why = filled.error().message;
    out += fmt::format(
        "Error executing template: {}. Printing more information for debugging the template:\n"
        "\ttemplate was:\n\t\t{}\n\traw data was:\n\t\t{}\n\tobject given to template engine "
        "was:\n\t\t{}\n\n",
        why, output.text, client::json_of_kubectl(object), api::go_text(object));
    return fail(filled.error().code,
                fmt::format("error: error executing template {}: {}", api::quote(output.text), why));
}

}  // namespace

void add_output(CLI::App& verb, OutputOptions& options, const std::string& forms) {
    verb.add_option("-o,--output", options.form, forms)->type_name("FORM")->check(output_problem);
    verb.add_option("--template", options.text,
                    "The TEMPLATE, or its FILE, of -o; alone it is a\ngo-template")
        ->type_name("TEMPLATE");
}

Result<ObjectOutput> read_output(Environment& env, const OutputOptions& options) {
    const std::string form = options.form.empty() && !options.text.empty() ? "go-template" : options.form;
    const OutputWord& word = *find_word(form);
    ObjectOutput output{.form = word.form};
    const std::size_t text = form.find('=');
    if (text != std::string::npos) output.text = form.substr(text + 1);
    if (word.form == Form::columns) {
        auto columns = client::parse_columns(output.text);
        if (!columns) return std::unexpected(columns.error());
        output.columns = *std::move(columns);
    }
    if (word.form != Form::json_path && word.form != Form::go_template) return output;
    if (!options.text.empty()) output.text = options.text;
    if (output.text.empty())
        return fail(Code::invalid, "error: template format specified but no template given");
    if (word.file) {
        auto read = text_of_file(env, output.text);
        if (!read) return std::unexpected(read.error());
        output.text = *std::move(read);
    }
    if (word.form == Form::go_template) {
        if (const Status parsed = read_go_template(output); !parsed) return std::unexpected(parsed.error());
    }
    return output;
}

Status print(const ObjectOutput& output, const client::ResourceType& type, const api::Node& object,
             std::string& out) {
    switch (output.form) {
        case Form::yaml:
            out += client::write_yaml(object);
            return {};
        case Form::json_path: {
            const auto filled = client::fill_in(output.text, object);
            if (!filled) return std::unexpected(filled.error());
            out += *filled;
            return {};
        }
        case Form::go_template:
            return fill_in(output, object, out);
        case Form::name:
            out += type.named(client::text_at(object, "metadata.name")) + "\n";
            return {};
        default:
            out += api::write_json(object, api::JsonStyle::pretty) + "\n";
            return {};
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
