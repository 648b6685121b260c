// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::identity {

inline constexpr std::string_view authenticated_group = "system:authenticated";
inline constexpr std::string_view unauthenticated_group = "system:unauthenticated";
inline constexpr std::string_view masters_group = "system:masters";
inline constexpr std::string_view nodes_group = "system:nodes";
inline constexpr std::string_view node_user_prefix = "system:node:";

/// Who asks, as the API's UserInfo says it.
struct Identity {
    std::string username;
    std::string uid{};  ///< Empty for users that the API does not keep.
    std::vector<std::string> groups{};
    std::map<std::string, std::vector<std::string>> extra{};

    [[nodiscard]] bool in_group(std::string_view group) const;
    bool operator==(const Identity&) const = default;
};

/// The name of the node that somebody is; empty: none.
std::string_view node_of(const Identity& who);

/// Who does not say who it is.
Identity anonymous();
/// Who reaches the Unix socket.
Identity administrator();

}  // namespace hooklet::identity
