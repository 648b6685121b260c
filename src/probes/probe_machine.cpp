// SPDX-License-Identifier: Apache-2.0
#include "probes/probe_machine.hpp"

#include <algorithm>

namespace hooklet {

namespace {

/// What holds before the first attempt (lifecycle spec 5.2).
ProbeResult initial_result(ProbeType type) {
    switch (type) {
        case ProbeType::startup:
            return ProbeResult::unknown;
        case ProbeType::liveness:
            return ProbeResult::success;
        case ProbeType::readiness:
            break;
    }
    return ProbeResult::failure;
}

}  // namespace

ProbePace pace_of(const api::Probe& probe) {
    ProbePace pace;
    pace.initial_delay = std::chrono::seconds{std::max(probe.initialDelaySeconds, 0)};
    pace.period = std::chrono::seconds{std::max(probe.periodSeconds, 1)};
    pace.success_threshold = std::max(probe.successThreshold, 1);
    pace.failure_threshold = std::max(probe.failureThreshold, 1);
    return pace;
}

ProbeMachine::ProbeMachine(ProbeType type, ProbePace pace, MonotonicTime container_start,
                           std::optional<ProbeMemory> memory)
    : type_(type), pace_(pace), container_start_(container_start) {
    if (memory) {
        memory_ = *memory;
    } else {
        memory_.result = initial_result(type);
    }
}

bool ProbeMachine::conclusive() const {
    if (type_ == ProbeType::startup) return memory_.result != ProbeResult::unknown;
    return type_ == ProbeType::liveness && memory_.result == ProbeResult::failure;
}

ProbeStep ProbeMachine::begin(MonotonicTime now) {
    if (state_ != State::idle) return {};
    state_ = conclusive() ? State::over : State::waiting;
    if (!memory_.next) memory_.next = std::max(container_start_ + pace_.initial_delay, now);
    return time_passed(now);
}

ProbeStep ProbeMachine::time_passed(MonotonicTime now) {
    if (state_ != State::waiting || now < *memory_.next) return {};
    state_ = State::attempting;
    return {.attempt = true};
}

ProbeStep ProbeMachine::attempt_ended(AttemptOutcome outcome, MonotonicTime now) {
    if (state_ != State::attempting) return {};
    const ProbeResult before = memory_.result;
    if (outcome == AttemptOutcome::success) count(ProbeResult::success);
    if (outcome == AttemptOutcome::failure) count(ProbeResult::failure);
    state_ = conclusive() ? State::over : State::waiting;
    plan_next(now);
    ProbeStep step = time_passed(now);
    step.changed = memory_.result != before;
    return step;
}

void ProbeMachine::count(ProbeResult result) {
    memory_.run = memory_.last == result ? memory_.run + 1 : 1;
    memory_.last = result;
    const int threshold = result == ProbeResult::success ? pace_.success_threshold : pace_.failure_threshold;
    if (memory_.run >= threshold) memory_.result = result;
}

void ProbeMachine::plan_next(MonotonicTime now) {
    const auto periods = (now - *memory_.next + pace_.period - Duration{1}) / pace_.period;
    memory_.next = *memory_.next + std::max<Duration::rep>(periods, 1) * pace_.period;
}

void ProbeMachine::stop() {
    state_ = State::over;
}

std::optional<MonotonicTime> ProbeMachine::wake_at() const {
    return state_ == State::waiting ? memory_.next : std::nullopt;
}

}  // namespace hooklet
