// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hooklet::templates {

// Texts for other languages, as Go's templates write them.

std::string html_escaped(std::string_view text);
/// For a text of JavaScript.
std::string script_escaped(std::string_view text);
/// For a value in the query of a URL.
std::string query_escaped(std::string_view text);

}  // namespace hooklet::templates
