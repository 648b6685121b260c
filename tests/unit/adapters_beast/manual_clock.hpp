// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/asio/asio_clock.hpp"

#include <chrono>
#include <utility>

namespace hooklet {

/// Real time, on which deadlines come when the test says so.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Executor executor) : real_(std::move(executor)) {}
    [[nodiscard]] MonotonicTime now() const override { return MonotonicTime{}; }
    [[nodiscard]] WallTime wall() const override { return wall_; }
    void set_wall(WallTime wall) { wall_ = wall; }
    [[nodiscard]] Timer at(MonotonicTime when, std::move_only_function<void()> callback) override {
        // A millisecond of virtual time stands for "soon", anything longer for "never".
        const bool soon = when - now() <= std::chrono::milliseconds{1};
        return soon ? real_.at(real_.now() + std::chrono::milliseconds{1}, std::move(callback)) : Timer{};
    }

  private:
    AsioClock real_;
    WallTime wall_{};
};

}  // namespace hooklet
