// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace hooklet::api {

/// The Linux number of a signal as `lifecycle.stopSignal` names it: `SIGTERM`, `SIGUSR1`, `SIGRTMIN+3`,
/// `SIGRTMAX-2`.
std::optional<int> signal_number(std::string_view name);

}  // namespace hooklet::api
