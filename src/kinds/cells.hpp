// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kinds/human_duration.hpp"
#include "kinds/kind.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the tables of several kinds have in common.
namespace hooklet::kinds {

inline Column name_column() {
    return {.name = "Name", .format = "name", .description = "Names the object in its namespace."};
}
inline Column column(std::string name, std::string description = {}) {
    return {.name = std::move(name), .description = std::move(description)};
}
/// Shown with `-o wide` only.
inline Column wide(std::string name, std::string description = {}) {
    return {.name = std::move(name), .description = std::move(description), .priority = 1};
}
inline Column age_column() {
    return column("Age", "Time since the object was created.");
}

inline api::Node age_cell(const api::ObjectMeta& metadata, WallTime now) {
    return api::Node(age_of(metadata.creationTimestamp, now));
}

/// A row of texts and numbers: `row_of(pod.metadata.name, 3, true)`.
template <class... Cell>
Row row_of(Cell&&... cells) {
    Row row;
    (row.cells.push_back(api::Node(std::forward<Cell>(cells))), ...);
    return row;
}

/// The texts with commas between, or `none` when there are none.
std::string joined(const std::vector<std::string>& texts, std::string_view none = "<none>");
std::string lower_case(std::string text);
/// `a=1,b=2`, or `<none>`.
std::string label_text(const std::map<std::string, std::string>& labels);

}  // namespace hooklet::kinds
