// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hooklet::api {

/// The engine's own id out of a status: `abc` of `containerd://abc`. What has no scheme is left as it is.
inline std::string engine_id(std::string_view container_id) {
    const std::size_t scheme = container_id.find("://");
    return std::string(scheme == std::string_view::npos ? container_id : container_id.substr(scheme + 3));
}

}  // namespace hooklet::api
