// SPDX-License-Identifier: Apache-2.0
#include "cli/run_machine.hpp"

#include "cli/cli.hpp"
#include "insight/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::cli {

namespace {
constexpr std::int64_t hurried_grace_s = 1;

std::string_view goal_name(Until until) {
    switch (until) {
        case Until::running:
            return "running";
        case Until::ready:
            return "ready";
        case Until::completed:
            return "completed";
        case Until::ended:
            break;
    }
    return "ended";
}
}  // namespace

RunMachine::RunMachine(RunGoal goal, const std::vector<PodRef>& pods) : goal_(goal) {
    for (const PodRef& ref : pods) pods_.push_back({ref, {}, false});
}

RunAction RunMachine::pod_changed(const std::string& uid, PodView view) {
    // What a Pod becomes while it is stopped is not its own doing, unless it says so.
    const bool counts = state_ == State::watching || (view.failed && !view.reason.empty());
    if (Pod* pod = find(uid); pod != nullptr && counts) pod->view = std::move(view);
    return next();
}

RunAction RunMachine::pod_gone(const std::string& uid) {
    if (Pod* pod = find(uid)) pod->gone = true;
    return next();
}

RunAction RunMachine::interrupted() {
    switch (state_) {
        case State::watching:
            was_interrupted_ = true;
            return stop("Interrupted: stopping all Pods; once more shortens their grace period to 1s");
        case State::stopping:
            was_interrupted_ = true;
            state_ = State::hurried;
            return Remove{hurried_grace_s,
                          "Interrupted: the grace period is now 1s; once more abandons the Pods"};
        case State::hurried:
            state_ = State::done;
            return Abandon{};
        case State::done:
            break;
    }
    return Wait{};
}

RunAction RunMachine::hold_over() {
    if (state_ != State::watching) return Wait{};
    for (const Pod& pod : pods_) {
        if (goal_.until == Until::ended || reached(pod)) continue;
        problems_.push_back(fmt::format("{}: not {} within {} of running", insight::subject(pod.ref, ""),
                                        goal_name(goal_.until), go_duration(*goal_.hold)));
    }
    return stop(fmt::format("{} are over: stopping all Pods", go_duration(*goal_.hold)));
}

RunAction RunMachine::next() {
    if (state_ == State::done) return Wait{};
    if (state_ == State::watching) return watch();
    if (!all_gone()) return Wait{};
    state_ = State::done;
    return Finish{};
}

RunAction RunMachine::watch() {
    if (goal_.until != Until::ended) {
        if (std::ranges::all_of(pods_, [this](const Pod& pod) { return reached(pod); })) {
            return stop(fmt::format("Every Pod is {}: stopping all Pods", goal_name(goal_.until)));
        }
        const auto lost = std::ranges::find_if(pods_, [this](const Pod& pod) { return unreachable(pod); });
        if (lost != pods_.end()) {
            problems_.push_back(
                fmt::format("{}: {}, so it can't be {} any more", insight::subject(lost->ref, ""),
                            lost->view.succeeded ? "completed" : "failed", goal_name(goal_.until)));
            return stop(problems_.back() + ": stopping all Pods");
        }
    }
    if (std::ranges::all_of(pods_, &Pod::ended)) return stop("Every Pod has ended: removing all Pods");
    const auto settled = [](const Pod& pod) { return pod.view.running || pod.ended(); };
    if (!goal_.hold || holding_ || !std::ranges::all_of(pods_, settled)) return Wait{};
    holding_ = true;
    return StartHold{*goal_.hold};
}

RunAction RunMachine::stop(std::string why) {
    state_ = all_gone() ? State::done : State::stopping;
    if (state_ == State::done) return Finish{};
    return Remove{goal_.grace_s, std::move(why)};
}

bool RunMachine::all_gone() const {
    return std::ranges::all_of(pods_, &Pod::gone);
}

bool RunMachine::reached(const Pod& pod) const {
    switch (goal_.until) {
        case Until::running:
            return pod.view.running || pod.view.succeeded;
        case Until::ready:
            return pod.view.ready;
        case Until::completed:
            return pod.view.succeeded;
        case Until::ended:
            break;
    }
    return pod.ended();
}

bool RunMachine::unreachable(const Pod& pod) const {
    return pod.ended() && !reached(pod);
}

RunMachine::Pod* RunMachine::find(const std::string& uid) {
    const auto found = std::ranges::find_if(pods_, [&uid](const Pod& pod) { return pod.ref.uid == uid; });
    return found == pods_.end() ? nullptr : &*found;
}

std::vector<RunMachine::FailedPod> RunMachine::failed() const {
    std::vector<FailedPod> all;
    for (const Pod& pod : pods_) {
        if (pod.view.failed) all.push_back({pod.ref, pod.view.reason});
    }
    return all;
}

std::vector<PodRef> RunMachine::remaining() const {
    std::vector<PodRef> refs;
    for (const Pod& pod : pods_) {
        if (!pod.gone) refs.push_back(pod.ref);
    }
    return refs;
}

int exit_code(bool interrupted, const std::vector<std::string>& failures) {
    if (interrupted) return exit_interrupted;
    return failures.empty() ? exit_ok : exit_failed;
}

}  // namespace hooklet::cli
