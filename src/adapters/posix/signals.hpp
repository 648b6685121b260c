// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"

#include <functional>
#include <memory>

namespace hooklet {

/// SIGINT and SIGTERM, delivered on the loop instead of ending the process, for as long as this exists.
class TerminationSignals {
  public:
    /// Calls `listener` with the signal's number at every delivery.
    TerminationSignals(const Executor& executor, std::function<void(int)> listener);
    TerminationSignals(const TerminationSignals&) = delete;
    TerminationSignals& operator=(const TerminationSignals&) = delete;
    ~TerminationSignals();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace hooklet
