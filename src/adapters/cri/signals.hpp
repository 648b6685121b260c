// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace hooklet::cri {

/// CRI's number for a signal name (`SIGTERM`, `TERM`, `SIGRTMIN+3`, `SIGRTMINPLUS3`, any case); 0, the
/// engine's default, for names that CRI lacks.
[[nodiscard]] std::int32_t signal_number(std::string_view name);
/// The kernel's number for a name as signal_number() takes it; 0 for none.
[[nodiscard]] int kernel_signal(std::string_view name);

}  // namespace hooklet::cri
