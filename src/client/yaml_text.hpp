// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <string>

namespace hooklet::client {

/// The document as YAML in the form of kubectl: keys sorted, lists not indented, texts in quotes where they
/// would be something else without. Ends with a line break.
std::string write_yaml(const api::Node& document);

}  // namespace hooklet::client
