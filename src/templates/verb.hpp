// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "templates/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hooklet::templates {

/// How one verb of a format shows its value: `%-5.2f`.
struct Verb {
    std::string letter = "v";  ///< One character.
    bool plus = false;
    bool minus = false;
    bool sharp = false;
    bool space = false;
    bool zero = false;
    std::optional<int> width{};
    std::optional<int> precision{};
};

/// The value as this verb shows it.
std::string shown(const Value& value, const Verb& verb);
/// `%!d(string=x)`
std::string misfit(const Value& value, const Verb& verb);

}  // namespace hooklet::templates
