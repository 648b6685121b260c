// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

#include <functional>

namespace hooklet {

/// The machine's going down, as its init system tells it, and the right to hold that up for a while.
class MachineShutdown {
  public:
    struct Listener {
        /// The shutdown waits for let_go() from now on, but no longer than this.
        std::function<void(Duration longest)> holding;
        /// The machine begins to go down (true), or does not after all (false).
        std::function<void(bool begins)> shutdown;
    };
    virtual ~MachineShutdown() = default;
    /// Holds up shutdowns and tells of them until `cancel`led. Fails with Code::unavailable when there is
    /// nobody who tells, at once or later. One at a time.
    virtual Task<Status> watch(Listener listener, CancelToken cancel) = 0;
    /// The shutdown that is under way may go on. Should it be called off, the next one is held up again.
    virtual void let_go() = 0;
};

}  // namespace hooklet
