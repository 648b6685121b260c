// SPDX-License-Identifier: Apache-2.0
#include "client/custom_columns.hpp"

#include "client/document.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

/// The path may stand in braces, as in a template.
std::string_view without_braces(std::string_view path) {
    const bool braced = path.starts_with('{') && path.ends_with('}');
    return braced ? path.substr(1, path.size() - 2) : path;
}

std::string cell_of(const Path& path, const api::Node& object) {
    std::string text;
    for (const api::Node* value : follow(path, object)) text += (text.empty() ? "" : ",") + shown(*value);
    return text.empty() ? "<none>" : text;
}

/// Nothing, numbers and texts in this order.
std::tuple<int, std::int64_t, std::string> place_of(const Path& path, const api::Node& object) {
    const std::vector<const api::Node*> found = follow(path, object);
    if (found.empty() || found.front()->is_null()) return {0, 0, ""};
    if (const auto* number = found.front()->as_int()) return {1, *number, ""};
    return {2, 0, shown(*found.front())};
}

}  // namespace

Result<CustomColumns> parse_columns(std::string_view text) {
    CustomColumns columns;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t colon = one.find(':');
        if (colon == std::string_view::npos)
            return fail(
                Code::invalid,
                fmt::format("unexpected custom-columns spec: {}, expected <header>:<json-path-expr>", one));
        auto path = parse_path(without_braces(one.substr(colon + 1)));
        if (!path) return std::unexpected(path.error());
        columns.push_back({std::string(one.substr(0, colon)), *std::move(path)});
    }
    if (columns.empty())
        return fail(Code::invalid, "custom-columns format specified but no custom columns given");
    return columns;
}

api::Node table_of(const CustomColumns& columns, const api::Node::Array& objects) {
    api::Node definitions = api::Node::array();
    for (const CustomColumn& column : columns) {
        api::Node definition;
        definition.set("name", api::Node(column.name));
        definitions.push(std::move(definition));
    }
    api::Node rows = api::Node::array();
    for (const api::Node& object : objects) {
        api::Node cells = api::Node::array();
        for (const CustomColumn& column : columns) cells.push(api::Node(cell_of(column.path, object)));
        api::Node row;
        row.set("cells", std::move(cells));
        rows.push(std::move(row));
    }
    api::Node table;
    table.set("columnDefinitions", std::move(definitions));
    table.set("rows", std::move(rows));
    return table;
}

void sort_by(const Path& path, api::Node::Array& objects) {
    std::ranges::stable_sort(objects, {},
                             [&path](const api::Node& object) { return place_of(path, object); });
}

}  // namespace hooklet::client
