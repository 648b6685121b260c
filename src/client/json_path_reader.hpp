// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/json_path.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace hooklet::client {

/// A piece of a template.
struct TemplateAction {
    enum class Kind { path, range, end };
    Kind kind = Kind::path;
    Path path{};  ///< Text between the braces is a literal.
};

/// Reads a template; one without braces is a path. Code::invalid in kubectl's words.
Result<std::vector<TemplateAction>> parse_template(std::string_view text);

/// Where `separator` first stands outside of the quotes, brackets and braces of a path; npos: nowhere.
std::size_t find_outside(std::string_view text, char separator);

}  // namespace hooklet::client
