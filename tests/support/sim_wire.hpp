// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/bounded.hpp"
#include "support/faults.hpp"
#include "support/sim_clock.hpp"
#include "support/sim_random.hpp"

#include <string>
#include <utility>

namespace hooklet::sim {

/// How long a kind of call takes, there and back together.
struct Latency {
    Duration low;
    Duration high;
};

/// What a call takes that only looks something up or passes something on.
inline constexpr Latency quick_call{std::chrono::microseconds{300}, std::chrono::milliseconds{3}};

/// Waits for `length`, unless the call's deadline or cancellation comes first.
Task<Status> pause(SimClock* clock, Duration length, Call call);

/// One call that has arrived; its answer is still to go back.
struct Passage {
    CallFate fate{};
    Duration way_back{};
};

/// The way between the agent and a simulated service. A call is a request, an effect and an answer: ended
/// during the request it has no effect, ended during the answer it has. So every interrupted call may or may
/// not have taken effect, as in reality.
class SimWire {
  public:
    SimWire(SimClock* clock, SimRandom random, FaultInjector* faults)
        : clock_(clock), random_(random), faults_(faults) {}

    /// The way there. When this fails the call must have no effect.
    Task<Result<Passage>> request(std::string site, Latency latency, Call call);

    /// The way back, after the effect.
    template <class T>
    Task<Result<T>> answer(Passage passage, Call call, Result<T> result) {
        if (passage.fate.crash) faults_->sever();
        const Status back =
            co_await pause(clock_, passage.way_back + passage.fate.delay_after, std::move(call));
        if (!back) co_return std::unexpected(back.error());
        if (faults_->severed()) co_return std::unexpected(FaultInjector::severed_error());
        if (passage.fate.lost_answer) co_return std::unexpected(lost());
        co_return result;
    }

    /// For calls that wait long: a lost answer may also be a connection that breaks while waiting. The timer
    /// that does it, if so.
    template <class T>
    [[nodiscard]] Timer cut(const Passage& passage, const Promise<Result<T>>& over) {
        if (!passage.fate.lost_answer || random_.chance(0.5)) return {};
        const Duration when = random_.between(Duration::zero(), std::chrono::seconds{5});
        return clock_->after(when, [over] { over.set(std::unexpected(lost())); });
    }

    [[nodiscard]] SimClock* clock() const { return clock_; }
    [[nodiscard]] bool severed() const { return faults_->severed(); }
    [[nodiscard]] std::uint64_t state_hash() const { return random_.state_hash(); }

  private:
    static Error lost() { return {Code::unavailable, "transport is closing", nullptr}; }

    SimClock* clock_;
    SimRandom random_;
    FaultInjector* faults_;
};

}  // namespace hooklet::sim
