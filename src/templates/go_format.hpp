// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "templates/value.hpp"

#include <span>
#include <string>
#include <string_view>

namespace hooklet::templates {

// What Go's package fmt makes of values.

/// As `Sprint`: a blank between two values of which neither is a text.
std::string go_print(std::span<const Value> values);
/// As `Sprintln`: a blank between all, a line break at the end.
std::string go_print_line(std::span<const Value> values);
/// As `Sprintf`; what does not fit stands in the text, as in `%!d(string=x)`. Verbs v d b o O x X c q U e E f
/// F g G t s T, flags, widths, precisions, `*` and `[2]`.
std::string go_printf(std::string_view format, std::span<const Value> values);
/// One value as `%v`.
std::string go_text(const Value& value);

}  // namespace hooklet::templates
