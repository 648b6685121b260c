// SPDX-License-Identifier: Apache-2.0
#include "bench/course_run.hpp"

namespace hooklet::bench {

namespace {
constexpr Duration course_patience = std::chrono::minutes{2};
}  // namespace

CourseRun::CourseRun(cli::Session* session, Clock* clock) : session_(session), clock_(clock) {
    session_->journal().listen(
        [this](const JournalEntry& entry) { std::visit([this](const auto& one) { note(one); }, entry); });
}

void CourseRun::note(const LifecycleStep& step) {
    const bool init = step.container.starts_with("init");
    // Told in either order: the next start does not wait for the record of the end.
    if (step.step == StepKind::started) started_ = step.at;
    if (step.step == StepKind::exited && init) init_ended_ = step.at;
    if (init_ended_ && started_ && *started_ > *init_ended_) {
        times_.hand_over.add(*started_ - *init_ended_);
        init_ended_.reset();
    }
    if (step.step == StepKind::term && unhealthy_) {
        times_.probe_to_term.add(clock_->now() - *unhealthy_);
        unhealthy_.reset();
        termed_ = true;
    }
    gone_ = gone_ || step.step == StepKind::gone;
    progress_.notify();
}

void CourseRun::note(const EventRecord& event) {
    if (event.reason == "Unhealthy" && !termed_) unhealthy_ = clock_->now();
}

Task<Status> CourseRun::run(api::Pod pod) {
    init_ended_.reset();
    started_.reset();
    unhealthy_.reset();
    termed_ = gone_ = false;
    const std::string uid = pod.metadata.uid;
    bool late = false;
    const Timer limit = clock_->at(clock_->now() + course_patience, [this, &late] {
        late = true;
        progress_.notify();
    });
    session_->pods().add(std::move(pod));
    while (!termed_ && !late) co_await progress_.wait();
    session_->pods().remove(uid, 1);
    while (!gone_ && !late) co_await progress_.wait();
    if (late) co_return fail(Code::deadline, "the Pod was not stopped by its probe, or did not end");
    co_return Status{};
}

}  // namespace hooklet::bench
