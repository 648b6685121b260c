// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "templates/value.hpp"

#include <string>
#include <string_view>

namespace hooklet::templates {

// The values of Go's literals. Failures are Code::invalid in Go's words.

/// Of `"a\n"` or of a raw one in backquotes, with the quotes.
Result<std::string> unquoted(std::string_view literal);
/// Of `'a'`, which is a number.
Result<Value> character_value(std::string_view literal);
/// Of `12`, `0x1f`, `1.5e3`. No value: a whole number that Go's int cannot hold.
Result<Value> number_value(std::string_view literal);

}  // namespace hooklet::templates
