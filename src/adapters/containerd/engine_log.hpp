// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hooklet::containerd {

/// Why a containerd that serves has no CRI service, by the end of its log: what kept the plugin from being
/// loaded, such as `invalid database`. Empty when the log does not say.
std::string why_without_cri(std::string_view log_end);

}  // namespace hooklet::containerd
