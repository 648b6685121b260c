// SPDX-License-Identifier: Apache-2.0
#include "bench/agent_run.hpp"

namespace hooklet::bench {

namespace {
constexpr Duration patience = std::chrono::minutes{2};
}  // namespace

AgentRun::AgentRun(cli::Session* session, Clock* clock) : session_(session), clock_(clock) {
    session_->journal().listen(
        [this](const JournalEntry& entry) { std::visit([this](const auto& one) { note(one); }, entry); });
    session_->pods().on_gone([this](const api::Pod&) {
        gone_ = true;
        progress_.notify();
    });
}

void AgentRun::lap(Samples& samples, std::optional<MonotonicTime> since) const {
    if (since) samples.add(clock_->now() - *since);
}

void AgentRun::note(const HookAttempt& attempt) {
    const bool post_start = attempt.hook == HookType::post_start;
    if (!attempt.outcome) {
        if (post_start) {
            lap(times_.to_post_start, started_);
        } else {
            lap(times_.to_pre_stop, removed_);
        }
        return;
    }
    if (attempt.outcome != HookOutcome::succeeded) failed_ = true;
    times_.hook.add(attempt.took);
    if (!post_start) hook_ended_ = clock_->now();
}

void AgentRun::note(const LifecycleStep& step) {
    note_time_of(step);
    if (step.step == StepKind::failed || step.step == StepKind::kill) failed_ = true;
    if (step.step == StepKind::exited && !term_) failed_ = true;
    running_ = running_ || step.step == StepKind::running;
    if (running_ || failed_) progress_.notify();
}

void AgentRun::note_time_of(const LifecycleStep& step) {
    const MonotonicTime now = clock_->now();
    switch (step.step) {
        case StepKind::sandbox:
            return times_.run_sandbox.add(step.took);
        case StepKind::created:
            return times_.create.add(step.took);
        case StepKind::started:
            times_.start.add(step.took);
            lap(times_.whole_start, added_);
            started_ = now;
            return;
        case StepKind::term:
            lap(times_.to_term, hook_ended_);
            term_ = now;
            return;
        case StepKind::exited:
            lap(times_.term_to_exit, term_);
            exited_ = now;
            return;
        case StepKind::gone:
            lap(times_.exit_to_gone, exited_);
            lap(times_.delete_to_gone, removed_);
            return;
        default:
            return;
    }
}

Task<Status> AgentRun::run(api::Pod pod) {
    running_ = gone_ = failed_ = false;
    started_ = removed_ = hook_ended_ = term_ = exited_ = std::nullopt;
    const std::string uid = pod.metadata.uid;
    bool late = false;
    const Timer limit = clock_->at(clock_->now() + patience, [this, &late] {
        late = true;
        progress_.notify();
    });
    added_ = clock_->now();
    session_->pods().add(std::move(pod));
    while (!running_ && !failed_ && !gone_ && !late) co_await progress_.wait();
    removed_ = clock_->now();
    session_->pods().remove(uid, std::nullopt);
    while (!gone_ && !late) co_await progress_.wait();
    if (late) co_return fail(Code::deadline, "the Pod did not end");
    if (failed_) co_return fail(Code::internal, "the Pod took another way than the benchmark's");
    co_return Status{};
}

}  // namespace hooklet::bench
