// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"

#include <string>
#include <vector>

namespace hooklet::cli {

/// The files behind one argument: itself, `-` (standard input), or the *.yaml, *.yml and *.json files of a
/// directory by name, not those of sub-directories. Code::not_found for a directory without any.
Result<std::vector<std::string>> manifest_files(Environment& env, const std::string& path);

/// The documents of a text: JSON or YAML.
std::expected<std::vector<api::Node>, api::Issue> parse_documents(Environment& env, const std::string& text);

/// The objects in files of any kind, in their order; the items of a `kind: List` one by one. Errors name the
/// file, and the line where the text is at fault.
Result<std::vector<api::Node>> read_objects(Environment& env, const std::vector<std::string>& paths);

}  // namespace hooklet::cli
