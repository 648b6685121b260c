// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/json.hpp"
#include "api/node.hpp"

#include <expected>
#include <string_view>
#include <vector>

namespace hooklet::yaml {

/// Reads a YAML stream into one Node per document (empty documents are null nodes). Scalars resolve as
/// Kubernetes tools resolve them (see scalar.hpp), aliases and merge keys are expanded within `limits`. The
/// failure is a syntax error with its line.
std::expected<std::vector<api::Node>, api::Issue> parse(std::string_view text,
                                                        const api::ParseLimits& limits);
/// The same with the default limits: an api::DocumentParser.
std::expected<std::vector<api::Node>, api::Issue> parse_documents(std::string_view text);

}  // namespace hooklet::yaml
