// SPDX-License-Identifier: Apache-2.0
#include "events/journal.hpp"

#include <fmt/format.h>

namespace hooklet {

namespace {
std::string key_of(const HookAttempt& attempt) {
    return fmt::format("{}/{}", attempt.delivery_id, attempt.attempt);
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
    tell(step);
    gate_.spawn(write_step(std::move(step)));
}

void Journal::event(EventRecord event) {
    event.at = clock_->wall();
    tell(event);
    gate_.spawn(write_event(std::move(event)));
}

Task<void> Journal::write_step(LifecycleStep step) {
    check(co_await store_->add_step(std::move(step)));
}

Task<void> Journal::write_event(EventRecord event) {
    check(co_await store_->add_event(std::move(event)));
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
        check(std::unexpected(id.error()));
    }
    co_return attempt;
}

Task<void> Journal::finish(HookAttempt attempt) {
    const auto begun = begun_.extract(key_of(attempt));
    if (!begun.empty()) attempt.took = clock_->now() - begun.mapped();
    tell(attempt);
    if (attempt.id != 0) check(co_await store_->finish_attempt(std::move(attempt)));
}

Task<void> Journal::stop() {
    co_await gate_.close();
}

}  // namespace hooklet
