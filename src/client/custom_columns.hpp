// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/json_path.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet::client {

/// A column that the user has chosen.
struct CustomColumn {
    std::string name;
    Path path;
};
using CustomColumns = std::vector<CustomColumn>;

/// Reads `NAME:.metadata.name,PHASE:.status.phase`. Code::invalid.
Result<CustomColumns> parse_columns(std::string_view text);
/// The objects as the table that a server would make of them; several values of a cell stand with commas
/// between. Code::invalid where a path does not fit an object.
Result<api::Node> table_of(const CustomColumns& columns, const api::Node::Array& objects);

/// Sorts objects, or rows of a table (whose path leads through `object`), by the value at the path: numbers,
/// then texts. Those without it come first, equals stay in their order. Code::invalid where the path does not
/// fit an object; nothing is sorted then.
Status sort_by(const Path& path, api::Node::Array& objects);

}  // namespace hooklet::client
