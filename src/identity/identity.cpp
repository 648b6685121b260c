// SPDX-License-Identifier: Apache-2.0
#include "identity/identity.hpp"

#include <algorithm>

namespace hooklet::identity {

bool Identity::in_group(std::string_view group) const {
    return std::ranges::find(groups, group) != groups.end();
}

Identity anonymous() {
    return {.username = "system:anonymous", .groups = {std::string(unauthenticated_group)}};
}

Identity administrator() {
    return {.username = "system:admin",
            .groups = {std::string(masters_group), std::string(authenticated_group)}};
}

}  // namespace hooklet::identity
