// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::api {

/// What is wrong with one value, in the API's words; empty when nothing is.
using Problems = std::vector<std::string>;

/// Runs the rule that a table names with `check=`. A name that no rule has is a bug in the table.
Problems check_text(std::string_view rule, std::string_view value);
Problems check_number(std::string_view rule, std::int64_t value);
/// Whether check_text() or check_number() knows the rule.
bool is_rule(std::string_view rule);

Problems dns_label(std::string_view value);       ///< RFC 1123 label
Problems dns_1035_label(std::string_view value);  ///< RFC 1035 label: begins with a letter
Problems dns_subdomain(std::string_view value);   ///< RFC 1123 subdomain
Problems qualified_name(std::string_view value);  ///< `[prefix/]name`: keys of labels and annotations
Problems label_value(std::string_view value);
Problems port_name(std::string_view value);

/// The start of a name that something is added to may end in one `-`; without it the rules of names hold.
std::string_view without_dash(std::string_view start);

}  // namespace hooklet::api
