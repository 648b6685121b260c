// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"

#include <memory>

namespace hooklet {

/// While it lives, this process inherits the orphans of its descendants (such as a container engine's shims,
/// which detach from the engine) and reaps them when they end, so that none is left as a zombie where process
/// 1 reaps nothing. Children started through Child are left to it. One at a time in a process.
class OrphanReaper {
  public:
    explicit OrphanReaper(const Executor& executor);
    OrphanReaper(const OrphanReaper&) = delete;
    OrphanReaper& operator=(const OrphanReaper&) = delete;
    ~OrphanReaper();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace hooklet
