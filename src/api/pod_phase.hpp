// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hooklet::api {

/// Whether a Pod of this phase has ended for good: it is never started again (lifecycle spec 6).
constexpr bool is_terminal(std::string_view phase) {
    return phase == "Succeeded" || phase == "Failed";
}

}  // namespace hooklet::api
