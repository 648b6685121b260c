// SPDX-License-Identifier: Apache-2.0
#include "events/journal.hpp"

#include <set>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr Duration retry_interval = std::chrono::seconds{10};
/// An attempt has up to 128 KiB of output.
constexpr std::size_t most_unfinished = 100;

std::string key_of(const HookAttempt& attempt) {
    return fmt::format("{}/{}", attempt.delivery_id, attempt.attempt);
}

/// An entry in words for a log; what it says was hidden before.
struct InWords {
    static std::string of(const PodRef& pod, const std::string& container) {
        return fmt::format("{}/{}{}{}", pod.namespace_, pod.name, container.empty() ? "" : " container ",
                           container);
    }
    std::string operator()(const HookAttempt& attempt) const {
        return fmt::format("{} of {}, attempt {}{}{}", name(attempt.hook), of(attempt.pod, attempt.container),
                           attempt.attempt, attempt.outcome ? ": " : "",
                           attempt.outcome ? name(*attempt.outcome) : "");
    }
    std::string operator()(const LifecycleStep& step) const {
        return fmt::format("{} of {}", name(step.step), of(step.pod, step.container));
    }
    std::string operator()(const EventRecord& event) const {
        return fmt::format("event {} of {}", event.reason, of(event.pod, event.container));
    }
};

/// It may go well another time.
bool is_of_the_disk(const Status& written) {
    return !written && (written.error().code == Code::unavailable || written.error().code == Code::internal);
}

/// A failure says what is not recorded.
Status about(const auto& entry, const Status& written) {
    return written ? written : wrap(InWords{}(entry), written.error());
}

}  // namespace

Journal::Journal(JournalStore* store, Clock* clock, Random* random, Executor executor)
    : store_(store), clock_(clock), random_(random), gate_(std::move(executor)) {}

void Journal::tell(const JournalEntry& entry) const {
    for (const Listener& listener : listeners_) listener(entry);
}

void Journal::check(const Status& status) const {
    if (!status && error_listener_) error_listener_(status.error());
}

void Journal::step(LifecycleStep step) {
    if (step.at == WallTime{}) step.at = clock_->wall();
    step.detail = hidden_.hide(step.pod.uid, std::move(step.detail));
    tell(step);
    gate_.spawn(write_step(std::move(step)));
}

void Journal::event(EventRecord event) {
    event.at = clock_->wall();
    event.message = hidden_.hide(event.pod.uid, std::move(event.message));
    tell(event);
    gate_.spawn(write_event(std::move(event)));
}

Task<void> Journal::write_step(LifecycleStep step) {
    const Status written = co_await store_->add_step(step);
    check(about(step, written));
}

Task<void> Journal::write_event(EventRecord event) {
    const Status written = co_await store_->add_event(event);
    check(about(event, written));
}

Task<HookAttempt> Journal::begin(HookAttempt attempt) {
    if (attempt.delivery_id.empty()) attempt.delivery_id = make_uuid(*random_);
    attempt.started_at = clock_->wall();
    begun_[key_of(attempt)] = clock_->now();
    tell(attempt);
    const Result<std::int64_t> id = co_await store_->add_attempt(attempt);
    if (id) {
        attempt.id = *id;
    } else {
        check(about(attempt, std::unexpected(id.error())));
    }
    co_return attempt;
}

Task<void> Journal::resume(HookAttempt attempt, Duration age) {
    begun_[key_of(attempt)] = clock_->now() - age;
    attempt.outcome.reset();
    attempt.cause.clear();
    const Status written = co_await store_->finish_attempt(attempt);
    check(about(attempt, written));
}

Task<void> Journal::finish(HookAttempt attempt) {
    const auto begun = begun_.extract(key_of(attempt));
    if (!begun.empty()) attempt.took = clock_->now() - begun.mapped();
    for (std::string* text : {&attempt.cause, &attempt.stdout_, &attempt.stderr_})
        *text = hidden_.hide(attempt.pod.uid, std::move(*text));
    tell(attempt);
    const Status written = co_await store_->finish_attempt(attempt);
    check(about(attempt, written));
    if (is_of_the_disk(written) && unfinished_ < most_unfinished)
        gate_.spawn(finish_later(std::move(attempt)));
}

Task<void> Journal::finish_later(HookAttempt attempt) {
    ++unfinished_;
    bool last = false;
    for (bool refused = true; refused && !last;) {
        const Call pause = clock_->call_within(retry_interval, stopping_.token());
        (void)co_await sleep_until(clock_, pause);
        last = stopping_.token().cancelled();
        refused = is_of_the_disk(co_await store_->finish_attempt(attempt));
    }
    --unfinished_;
}

Task<Result<std::vector<HookAttempt>>> Journal::recall(std::vector<std::string> container_ids) {
    auto found = co_await store_->recall(container_ids);
    if (!found) co_return std::unexpected(found.error());
    for (HookAttempt& attempt : *found) {
        if (attempt.outcome || begun_.contains(key_of(attempt))) continue;
        attempt.outcome = HookOutcome::unknown;
        attempt.cause = "the agent ended before it";
        co_await finish(attempt);
    }
    const std::set<std::string> ids(container_ids.begin(), container_ids.end());
    std::erase_if(*found, [&ids](const HookAttempt& attempt) { return !ids.contains(attempt.container_id); });
    co_return found;
}

Task<void> Journal::stop() {
    stopping_.cancel({Code::cancelled, "the journal is closed"});
    co_await gate_.close();
}

}  // namespace hooklet
