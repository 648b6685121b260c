// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probes/probe_type.hpp"

#include <optional>

namespace hooklet {

/// What a probe says of its container.
enum class ProbeResult { unknown, success, failure };

/// How one attempt ended. An attempt of which the prober itself failed says nothing.
enum class AttemptOutcome { success, failure, error };

/// The fields of a Probe that decide when and how often, as times and counts of at least 1.
struct ProbePace {
    Duration initial_delay{};
    Duration period{};
    int success_threshold = 1;
    int failure_threshold = 1;
};
ProbePace pace_of(const api::Probe& probe);

/// What has become of one probe so far: what a machine needs to go on where another one was, in an agent
/// that was started again. Belongs to one container instance and one boot of the machine.
struct ProbeMemory {
    ProbeResult result = ProbeResult::unknown;
    ProbeResult last = ProbeResult::unknown;  ///< Of the last attempt that counted.
    int run = 0;                              ///< Attempts in a row with that result.
    std::optional<MonotonicTime> next;        ///< When the next attempt is due, if any was planned.
    bool operator==(const ProbeMemory&) const = default;
};

/// What is to be done now.
struct ProbeStep {
    bool attempt = false;  ///< Probe, and say how it ended.
    bool changed = false;  ///< result() is another one than before.
    bool operator==(const ProbeStep&) const = default;
};

/// Decides when one probe of one container instance is due and what its attempts come to (lifecycle spec
/// 5.2). It differs from a kubelet's worker where that is early or late by chance (spec 9, 25 to 27):
///
/// - It belongs to one instance, so nothing that an earlier one did counts.
/// - The first attempt is due at the container's start plus initialDelaySeconds, or when the container
///   counts as started if that is later; not at the next tick of a timer that runs by itself. All others
///   follow in whole periods after the first; those that come due during an attempt are left out.
/// - Nothing but the time makes it probe.
///
/// So a startup probe that always fails has its last attempt (failureThreshold - 1) periods after the first.
/// After a failed liveness probe, or any result of a startup probe, there are no more attempts.
class ProbeMachine {
  public:
    ProbeMachine(ProbeType type, ProbePace pace, MonotonicTime container_start,
                 std::optional<ProbeMemory> memory = {});

    /// The container is running and its startup probe, if it has one, has succeeded; a startup probe itself
    /// begins with the container. Once.
    [[nodiscard]] ProbeStep begin(MonotonicTime now);
    /// To be called at wake_at(), harmless at any time.
    [[nodiscard]] ProbeStep time_passed(MonotonicTime now);
    [[nodiscard]] ProbeStep attempt_ended(AttemptOutcome outcome, MonotonicTime now);
    /// No more attempts; one under way does not count.
    void stop();

    [[nodiscard]] std::optional<MonotonicTime> wake_at() const;
    [[nodiscard]] ProbeResult result() const { return memory_.result; }
    /// Whether the last attempt changed what memory() means for the result to come.
    [[nodiscard]] bool counts() const { return memory_.run == 1 || memory_.last != memory_.result; }
    [[nodiscard]] const ProbeMemory& memory() const { return memory_; }

  private:
    enum class State { idle, waiting, attempting, over };
    [[nodiscard]] bool conclusive() const;
    void count(ProbeResult result);
    void plan_next(MonotonicTime now);

    ProbeType type_;
    ProbePace pace_;
    MonotonicTime container_start_;
    ProbeMemory memory_;
    State state_ = State::idle;
};

}  // namespace hooklet
