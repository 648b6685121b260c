// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <iterator>

namespace hooklet {

/// Whether an element of the list equals the value. std::ranges::contains, which g++ 12 does not have.
constexpr bool contains(const auto& list, const auto& value) {
    return std::ranges::find(list, value) != std::ranges::end(list);
}

}  // namespace hooklet
