// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/target.hpp"
#include "store/selection.hpp"

#include <string_view>

namespace hooklet::server {

/// Those of the target's objects that both selectors match. 400 with the API's text for a selector that
/// cannot be read, and for a field that the kind's selectors do not know.
Answer<store::Selection> select(const Target& target, std::string_view label_selector,
                                std::string_view field_selector);

}  // namespace hooklet::server
