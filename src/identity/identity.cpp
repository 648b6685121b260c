// SPDX-License-Identifier: Apache-2.0
#include "identity/identity.hpp"

#include <algorithm>

namespace hooklet::identity {

bool Identity::in_group(std::string_view group) const {
    return std::ranges::find(groups, group) != groups.end();
}

std::string_view node_of(const Identity& who) {
    const std::string_view user = who.username;
    if (!who.in_group(nodes_group) || !user.starts_with(node_user_prefix)) return {};
    return user.substr(node_user_prefix.size());
}

Identity anonymous() {
    return {.username = "system:anonymous", .groups = {std::string(unauthenticated_group)}};
}

Identity administrator() {
    return {.username = "system:admin",
            .groups = {std::string(masters_group), std::string(authenticated_group)}};
}

}  // namespace hooklet::identity
