// SPDX-License-Identifier: Apache-2.0
#include "support/sim_journal_store.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::sim {

using namespace std::chrono_literals;

Task<Result<CallFate>> SimJournalStore::turn(std::string site) {
    if (faults_->severed()) co_return std::unexpected(FaultInjector::severed_error());
    const CallFate fate = faults_->decide(site);
    const Duration takes = random_.between(50us, 3ms) + fate.delay_before + fate.delay_after;
    busy_until_ = std::max(busy_until_, clock_->now()) + takes;
    const Call written(busy_until_, {});
    const Status waited = co_await sleep_until(clock_, written);
    if (!waited) co_return std::unexpected(waited.error());
    if (faults_->severed()) co_return std::unexpected(FaultInjector::severed_error());
    if (fate.error) co_return fail(Code::internal, "disk I/O error");
    co_return fate;
}

void SimJournalStore::about_to_write() {
    if (unsynced_limit_ == 0) return;
    unsynced_.push_back(contents_);
    if (unsynced_.size() > unsynced_limit_) unsynced_.pop_front();
}

void SimJournalStore::lose_power() {
    if (unsynced_.empty()) return;
    contents_ = unsynced_.front();
    unsynced_.clear();
}

Status SimJournalStore::over(const CallFate& fate) {
    if (fate.crash) faults_->sever();
    if (faults_->severed()) return std::unexpected(FaultInjector::severed_error());
    if (fate.lost_answer) return fail(Code::internal, "disk I/O error");
    return {};
}

Task<Result<std::int64_t>> SimJournalStore::add_attempt(HookAttempt attempt) {
    const auto fate = co_await turn("journal.add_attempt");
    if (!fate) co_return std::unexpected(fate.error());
    about_to_write();
    attempt.id = ++last_id_;
    contents_.hooks.push_back(std::move(attempt));
    const Status done = over(*fate);
    if (!done) co_return std::unexpected(done.error());
    co_return last_id_;
}

Task<Status> SimJournalStore::finish_attempt(HookAttempt attempt) {
    const auto fate = co_await turn("journal.finish_attempt");
    if (!fate) co_return std::unexpected(fate.error());
    if (attempt.id == 0) {
        // The record may be there although the answer was a failure.
        const auto same = [&attempt](const HookAttempt& other) {
            return other.delivery_id == attempt.delivery_id && other.attempt == attempt.attempt;
        };
        about_to_write();
        std::erase_if(contents_.hooks, same);
        attempt.id = ++last_id_;
        contents_.hooks.push_back(std::move(attempt));
        co_return over(*fate);
    }
    const auto found = std::ranges::find(contents_.hooks, attempt.id, &HookAttempt::id);
    if (found == contents_.hooks.end()) co_return fail(Code::not_found, "no such attempt");
    const bool is_open = found->outcome.value_or(HookOutcome::unknown) == HookOutcome::unknown;
    if (!is_open) co_return fail(Code::conflict, "the attempt has ended already");
    if (!found->outcome && !attempt.outcome) co_return fail(Code::invalid, "the attempt goes on already");
    about_to_write();
    *found = std::move(attempt);
    co_return over(*fate);
}

Task<Status> SimJournalStore::add_step(LifecycleStep step) {
    const auto fate = co_await turn("journal.add_step");
    if (!fate) co_return std::unexpected(fate.error());
    about_to_write();
    step.id = ++last_id_;
    contents_.steps.push_back(std::move(step));
    co_return over(*fate);
}

Task<Status> SimJournalStore::add_event(EventRecord event) {
    const auto fate = co_await turn("journal.add_event");
    if (!fate) co_return std::unexpected(fate.error());
    about_to_write();
    event.id = ++last_id_;
    contents_.events.push_back(std::move(event));
    co_return over(*fate);
}

Task<Result<std::vector<HookAttempt>>> SimJournalStore::recall(std::vector<std::string> container_ids) {
    const auto fate = co_await turn("journal.recall");
    if (!fate) co_return std::unexpected(fate.error());
    std::vector<HookAttempt> out = contents_.hooks;
    std::erase_if(out, [&container_ids](const HookAttempt& attempt) {
        return attempt.outcome &&
               std::ranges::find(container_ids, attempt.container_id) == container_ids.end();
    });
    co_return out;
}

Task<Result<std::vector<HookAttempt>>> SimJournalStore::attempts(AttemptQuery query) {
    const auto fate = co_await turn("journal.attempts");
    if (!fate) co_return std::unexpected(fate.error());
    queries_.push_back(query);
    std::vector<HookAttempt> out = contents_.hooks;
    std::erase_if(out, [&query](const HookAttempt& attempt) {
        return !attempt.pod.name.starts_with(query.pod_name_begin) ||
               (!query.pod_uid.empty() && attempt.pod.uid != query.pod_uid);
    });
    co_return out;
}

Task<Result<std::vector<std::string>>> SimJournalStore::known_pods(std::vector<std::string> uids) {
    const auto fate = co_await turn("journal.known_pods");
    if (!fate) co_return std::unexpected(fate.error());
    std::erase_if(uids, [this](const std::string& uid) {
        return std::ranges::none_of(contents_.steps,
                                    [&uid](const LifecycleStep& step) { return step.pod.uid == uid; });
    });
    co_return uids;
}

Task<Result<JournalContents>> SimJournalStore::read(JournalQuery query) {
    const auto fate = co_await turn("journal.read");
    if (!fate) co_return std::unexpected(fate.error());
    JournalContents out = contents_;
    const auto wanted = [&query](const PodRef& pod, WallTime at) {
        return (query.pod_uid.empty() || pod.uid == query.pod_uid) && (!query.since || at >= *query.since);
    };
    std::erase_if(out.hooks, [&](const HookAttempt& h) { return !wanted(h.pod, h.started_at); });
    std::erase_if(out.steps, [&](const LifecycleStep& s) { return !wanted(s.pod, s.at); });
    std::erase_if(out.events, [&](const EventRecord& e) { return !wanted(e.pod, e.at); });
    co_return out;
}

}  // namespace hooklet::sim
