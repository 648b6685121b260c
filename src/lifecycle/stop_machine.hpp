// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace hooklet {

/// The shortest time between the stop signal and SIGKILL (lifecycle spec 3.2).
inline constexpr Duration minimum_term_time = std::chrono::seconds{2};

/// Run preStop now; it has until `deadline`.
struct RunPreStop {
    MonotonicTime deadline;
    bool operator==(const RunPreStop&) const = default;
};
/// The grace period is spent: preStop is over, whatever it does.
struct ExpirePreStop {
    bool operator==(const ExpirePreStop&) const = default;
};
/// The container has ended by itself: nobody needs preStop any more.
struct AbandonPreStop {
    bool operator==(const AbandonPreStop&) const = default;
};
/// Send the stop signal; SIGKILL is due after `until_kill`.
struct SendTerm {
    Duration until_kill{};
    bool operator==(const SendTerm&) const = default;
};
struct SendKill {
    bool operator==(const SendKill&) const = default;
};
using StopAction = std::variant<RunPreStop, ExpirePreStop, AbandonPreStop, SendTerm, SendKill>;

/// Decides the stop of one container: preStop, the stop signal and SIGKILL inside one grace period, to the
/// nanosecond (lifecycle spec 3.2; unlike the kubelet, a shortened grace counts at once and preStop ends with
/// the container). Each call says what happened and when, and returns what is to be done now, in order.
class StopMachine {
  public:
    /// `grace` counts from `now`; below zero is taken as zero. `ordered`: the stop signal, not preStop, waits
    /// for turn_came() or the end of grace (sidecars, lifecycle spec 3.5).
    StopMachine(MonotonicTime now, Duration grace, bool has_pre_stop, bool ordered = false);

    std::vector<StopAction> begin(MonotonicTime now);
    std::vector<StopAction> pre_stop_ended(MonotonicTime now);
    /// Nothing that was to be stopped first is left.
    std::vector<StopAction> turn_came(MonotonicTime now);
    std::vector<StopAction> exited();
    /// A new end of the grace period; a later one than the present is ignored.
    std::vector<StopAction> shortened(MonotonicTime grace_end, MonotonicTime now);
    /// To be called at wake_at(), harmless at any time.
    std::vector<StopAction> time_passed(MonotonicTime now);

    [[nodiscard]] std::optional<MonotonicTime> wake_at() const;
    [[nodiscard]] bool done() const { return state_ == State::done; }
    [[nodiscard]] bool awaits_turn() const { return ordered_ && state_ != State::done; }
    [[nodiscard]] MonotonicTime grace_end() const { return grace_end_; }

  private:
    enum class State { idle, pre_stop, turn, term, kill, done };
    StopAction term(MonotonicTime now);
    std::vector<StopAction> term_or_wait(MonotonicTime now);

    State state_ = State::idle;
    bool has_pre_stop_;
    bool ordered_;
    MonotonicTime grace_end_;
    MonotonicTime term_at_;
    MonotonicTime kill_at_;
};

}  // namespace hooklet
