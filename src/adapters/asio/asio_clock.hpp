// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"

namespace hooklet {

/// The machine's clocks: CLOCK_MONOTONIC for waiting, CLOCK_REALTIME for people. Timers run on the loop.
class AsioClock final : public Clock {
  public:
    explicit AsioClock(Executor executor) : executor_(std::move(executor)) {}
    [[nodiscard]] MonotonicTime now() const override;
    [[nodiscard]] WallTime wall() const override;
    [[nodiscard]] Timer at(MonotonicTime when, std::move_only_function<void()> callback) override;

  private:
    Executor executor_;
};

}  // namespace hooklet
