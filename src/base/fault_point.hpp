// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace hooklet {

/// What a test shares with the process that is to die, as the whole content of the file that the environment
/// HOOKLET_FAULT_POINTS names. Starts as zeros; the test may change it at any time.
struct FaultPlan {
    std::atomic<std::uint64_t> passed;  ///< How many points the process has come by.
    std::atomic<std::uint64_t> die_at;  ///< It dies when `passed` comes to this; 0: never.
    char where[112];                    ///< The point at which it died, with a terminating zero.
};

/// A moment at which a test may let the process die: by SIGKILL to itself, so that nothing is tidied up. To
/// be called by any thread before and after each effect on the outside world; `what` and `where` name it for
/// people. Does nothing without HOOKLET_FAULT_POINTS in the environment, nor in builds without the CMake
/// option of that name: a release has no way to be killed.
void fault_point(std::string_view what, std::string_view where);

}  // namespace hooklet
