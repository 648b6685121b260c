// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet::client {

/// One step of a path.
struct PathStep {
    enum class Kind { member, index, all, filter };
    Kind kind = Kind::member;
    std::string name{};            ///< member
    std::int64_t index = 0;        ///< index; negative: from the end
    std::vector<PathStep> path{};  ///< filter: what is compared
    std::string operation{};       ///< filter: `==`, `!=`; empty: it has to be there
    std::string value{};
};
using Path = std::vector<PathStep>;

/// Reads `.status.conditions[?(@.type=="Ready")].status`, `.items[*].metadata.name`, `['a.b']`, `.a\.b`,
/// `[-1]`, with or without a `$` or `@` in front. Code::invalid.
Result<Path> parse_path(std::string_view text);
/// All that the path leads to.
std::vector<const api::Node*> follow(const Path& path, const api::Node& document);

/// Fills in a template of kubectl: text with `{PATH}`, `{"text"}` and `{range PATH}...{end}`; a template
/// without braces is a path. Code::invalid says what cannot be read.
Result<std::string> fill_in(std::string_view text, const api::Node& document);

}  // namespace hooklet::client
