// SPDX-License-Identifier: Apache-2.0
#include "client/custom_columns.hpp"

#include "client/document.hpp"
#include "client/json_path_reader.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

/// The error of a path as it is shown.
std::unexpected<Error> path_error(const Error& error) {
    return fail(error.code, fmt::format("error: {}", error.message));
}

Result<std::string> cell_of(const Path& path, const api::Node& object) {
    const auto found = follow(path, object);
    if (!found) return path_error(found.error());
    std::string text;
    for (const api::Node* value : *found) text += (text.empty() ? "" : ",") + shown(*value);
    return text.empty() ? "<none>" : text;
}

/// Nothing, numbers and texts in this order.
using Place = std::tuple<int, std::int64_t, std::string>;

Result<Place> place_of(const Path& path, const api::Node& object) {
    const auto found = follow(path, object);
    if (!found) return path_error(found.error());
    if (found->empty() || found->front()->is_null()) return Place{0, 0, ""};
    if (const auto* number = found->front()->as_int()) return Place{1, *number, ""};
    return Place{2, 0, shown(*found->front())};
}

}  // namespace

Result<CustomColumns> parse_columns(std::string_view text) {
    CustomColumns columns;
    while (!text.empty()) {
        const std::size_t end_of_name = std::min(text.find_first_of(":,"), text.size());
        const std::string_view name = text.substr(0, end_of_name);
        text.remove_prefix(end_of_name);
        if (!text.starts_with(':'))
            return fail(
                Code::invalid,
                fmt::format("unexpected custom-columns spec: {}, expected <header>:<json-path-expr>", name));
        text.remove_prefix(1);
        const std::size_t end = std::min(find_outside(text, ','), text.size());
        auto path = parse_path(text.substr(0, end));
        if (!path) return std::unexpected(path.error());
        columns.push_back({std::string(name), *std::move(path)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (columns.empty())
        return fail(Code::invalid, "custom-columns format specified but no custom columns given");
    return columns;
}

Result<api::Node> table_of(const CustomColumns& columns, const api::Node::Array& objects) {
    api::Node definitions = api::Node::array();
    for (const CustomColumn& column : columns) {
        api::Node definition;
        definition.set("name", api::Node(column.name));
        definitions.push(std::move(definition));
    }
    api::Node rows = api::Node::array();
    for (const api::Node& object : objects) {
        api::Node cells = api::Node::array();
        for (const CustomColumn& column : columns) {
            auto cell = cell_of(column.path, object);
            if (!cell) return std::unexpected(cell.error());
            cells.push(api::Node(*std::move(cell)));
        }
        api::Node row;
        row.set("cells", std::move(cells));
        rows.push(std::move(row));
    }
    api::Node table;
    table.set("columnDefinitions", std::move(definitions));
    table.set("rows", std::move(rows));
    return table;
}

Status sort_by(const Path& path, api::Node::Array& objects) {
    std::vector<std::pair<Place, api::Node*>> places;
    for (api::Node& object : objects) {
        auto place = place_of(path, object);
        if (!place) return std::unexpected(place.error());
        places.emplace_back(*std::move(place), &object);
    }
    std::ranges::stable_sort(places, {}, [](const auto& one) -> const Place& { return one.first; });
    api::Node::Array sorted;
    for (auto& [place, object] : places) sorted.push_back(std::move(*object));
    objects = std::move(sorted);
    return {};
}

}  // namespace hooklet::client
