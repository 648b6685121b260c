// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/stop_machine.hpp"

#include <algorithm>
#include <utility>

namespace hooklet {

StopMachine::StopMachine(MonotonicTime now, Duration grace, bool has_pre_stop, bool ordered)
    : has_pre_stop_(has_pre_stop && grace > Duration::zero()),
      ordered_(ordered),
      grace_end_(now + std::max(grace, Duration::zero())) {}

std::vector<StopAction> StopMachine::begin(MonotonicTime now) {
    if (state_ != State::idle) return {};
    if (!has_pre_stop_ || now >= grace_end_) return term_or_wait(now);
    state_ = State::pre_stop;
    return {RunPreStop{grace_end_}};
}

std::vector<StopAction> StopMachine::pre_stop_ended(MonotonicTime now) {
    if (state_ != State::pre_stop) return {};
    return term_or_wait(now);
}

std::vector<StopAction> StopMachine::turn_came(MonotonicTime now) {
    ordered_ = false;
    if (state_ != State::turn) return {};
    return {term(now)};
}

std::vector<StopAction> StopMachine::exited() {
    const State before = std::exchange(state_, State::done);
    if (before == State::pre_stop) return {AbandonPreStop{}};
    return {};
}

std::vector<StopAction> StopMachine::shortened(MonotonicTime grace_end, MonotonicTime now) {
    if (grace_end >= grace_end_) return {};
    grace_end_ = grace_end;
    kill_at_ = std::min(kill_at_, std::max(grace_end_, term_at_ + minimum_term_time));
    return time_passed(now);
}

std::vector<StopAction> StopMachine::time_passed(MonotonicTime now) {
    if (state_ == State::pre_stop && now >= grace_end_) return {ExpirePreStop{}, term(now)};
    if (state_ == State::turn && now >= grace_end_) return {term(now)};
    if (state_ == State::term && now >= kill_at_) {
        state_ = State::kill;
        return {SendKill{}};
    }
    return {};
}

std::optional<MonotonicTime> StopMachine::wake_at() const {
    switch (state_) {
        case State::pre_stop:
        case State::turn:
            return grace_end_;
        case State::term:
            return kill_at_;
        default:
            return std::nullopt;
    }
}

std::vector<StopAction> StopMachine::term_or_wait(MonotonicTime now) {
    if (!ordered_ || now >= grace_end_) return {term(now)};
    state_ = State::turn;
    return {};
}

StopAction StopMachine::term(MonotonicTime now) {
    state_ = State::term;
    term_at_ = now;
    kill_at_ = std::max(grace_end_, now + minimum_term_time);
    return SendTerm{kill_at_ - now};
}

}  // namespace hooklet
