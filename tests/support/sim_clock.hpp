// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"

#include <memory>
#include <optional>

namespace hooklet::sim {

/// Virtual time: it stands still until SimLoop moves it to the next timer. Timers due at the same moment
/// fire in the order in which they were made. A timer at MonotonicTime::max() never fires.
class SimClock final : public Clock {
  public:
    SimClock();
    [[nodiscard]] MonotonicTime now() const override;
    /// 2026-01-01T00:00:00Z plus the virtual time that has passed and all jumps.
    [[nodiscard]] WallTime wall() const override;
    [[nodiscard]] WallTime wall_of(MonotonicTime at) const;
    [[nodiscard]] Timer at(MonotonicTime when, std::move_only_function<void()> callback) override;
    [[nodiscard]] Timer after(Duration wait, std::move_only_function<void()> callback) {
        return at(now() + wait, std::move(callback));
    }

    /// Somebody sets the clock on the wall, forth or back.
    void jump(Duration by);

    /// Virtual time since the beginning.
    [[nodiscard]] Duration elapsed() const { return elapsed_at(now()); }
    [[nodiscard]] static Duration elapsed_at(MonotonicTime at);
    /// The moment when so much time has passed.
    [[nodiscard]] static MonotonicTime moment(Duration since_the_beginning);
    /// When the next timer is due; nullopt when there is none.
    [[nodiscard]] std::optional<MonotonicTime> next() const;
    /// Moves the time to the next timer and calls it. Precondition: next().
    void fire_next();
    /// Moves the time forward without calling anything. Precondition: no timer is due before `when`.
    void advance_to(MonotonicTime when);

    struct Queue;

  private:
    std::shared_ptr<Queue> queue_;
};

}  // namespace hooklet::sim
