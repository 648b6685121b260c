// SPDX-License-Identifier: Apache-2.0
#include "bench/exit_run.hpp"

#include "adapters/posix/process_table.hpp"

#include <algorithm>
#include <csignal>

namespace hooklet::bench {

namespace {

constexpr Duration exit_patience = std::chrono::minutes{1};

bool kill_process(const std::vector<std::string>& argv) {
    return std::ranges::any_of(process_table(), [&argv](const ProcessEntry& process) {
        return process_arguments(process.pid) == argv && signal_process(process, SIGKILL);
    });
}

}  // namespace

ExitRun::ExitRun(cli::Session* session, Clock* clock) : session_(session), clock_(clock) {
    session_->journal().listen(
        [this](const JournalEntry& entry) { std::visit([this](const auto& one) { note(one); }, entry); });
}

void ExitRun::note(const HookAttempt& attempt) {
    hook_begun_ = true;
    if (attempt.outcome && killed_) {
        times_.to_hook_end.add(clock_->now() - *killed_);
        hook_ended_ = attempt.outcome == HookOutcome::cancelled;
    }
    progress_.notify();
}

void ExitRun::note(const LifecycleStep& step) {
    if (step.step == StepKind::exited && killed_) {
        times_.to_result.add(clock_->now() - *killed_);
        exited_ = true;
    }
    gone_ = gone_ || step.step == StepKind::gone;
    progress_.notify();
}

Task<void> ExitRun::wait_until(const bool* come) {
    while (!*come && !late_) co_await progress_.wait();
}

Task<Status> ExitRun::run(SleepingPod sleeper) {
    killed_.reset();
    hook_begun_ = hook_ended_ = exited_ = gone_ = late_ = false;
    const std::string uid = sleeper.pod.metadata.uid;
    const Timer limit = clock_->at(clock_->now() + exit_patience, [this] {
        late_ = true;
        progress_.notify();
    });
    session_->pods().add(std::move(sleeper.pod));
    co_await wait_until(&hook_begun_);
    killed_ = clock_->now();
    const bool sent = kill_process(sleeper.argv);
    co_await wait_until(&exited_);
    co_await wait_until(&hook_ended_);
    killed_.reset();
    session_->pods().remove(uid, std::nullopt);
    co_await wait_until(&gone_);
    if (!sent || late_) co_return fail(Code::deadline, "the container was not killed, or did not end");
    co_return Status{};
}

}  // namespace hooklet::bench
