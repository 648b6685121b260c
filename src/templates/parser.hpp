// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "templates/syntax.hpp"

#include <string_view>

namespace hooklet::templates {

/// Reads a template and those that it defines. Code::invalid in Go's words, `template: output:LINE: WHY`.
Result<Templates> parse(std::string_view text);

}  // namespace hooklet::templates
