// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "events/hidden_values.hpp"
#include "ports/clock.hpp"
#include "ports/journal_store.hpp"
#include "ports/random.hpp"

#include <functional>
#include <map>
#include <string>
#include <variant>

namespace hooklet {

/// One thing that happened, as it is handed to listeners. A hook attempt comes twice: when it starts (no
/// outcome) and when it has ended.
using JournalEntry = std::variant<HookAttempt, LifecycleStep, EventRecord>;

/// The one place where it is recorded what happened to Pods: hook attempts, lifecycle steps and API events.
/// Stamps the time, keeps the order, writes to the store and tells listeners. What people see (`run`'s lines,
/// the report, later commands) comes from here only.
class Journal {
  public:
    using Listener = std::function<void(const JournalEntry&)>;
    /// Told what is not recorded, and why, when the store refused a write; the agent goes on (a hook that
    /// can't be recorded is still delivered).
    using ErrorListener = std::function<void(const Error&)>;

    Journal(JournalStore* store, Clock* clock, Random* random, Executor executor);

    /// Listeners live as long as the journal.
    void listen(Listener listener) { listeners_.push_back(std::move(listener)); }
    void on_error(ErrorListener listener) { error_listener_ = std::move(listener); }

    /// Records in the background, in order. `at` is filled in, unless the step says that it was seen before.
    void step(LifecycleStep step);
    void event(EventRecord event);

    /// Records the attempt before the hook starts and returns it with id, delivery id and start time.
    /// When this returns the record is on disk (or the error listener was told).
    Task<HookAttempt> begin(HookAttempt attempt);
    /// An attempt that was recorded as cut off, and was begun so long ago, goes on: its record has no outcome
    /// any more.
    Task<void> resume(HookAttempt attempt, Duration age);
    /// Records the end, even if begin() failed to; the caller sets outcome and details, `took` is filled in.
    /// What the store refuses for a want of space or a failing disk is recorded when it can be.
    Task<void> finish(HookAttempt attempt);

    /// What must not be read in any record: hook output, causes, events and steps are recorded without it.
    [[nodiscard]] HiddenValues& hidden() { return hidden_; }

    /// What earlier agents did: the attempts made for these containers, oldest first. All that have no
    /// outcome get HookOutcome::unknown: who began them is gone. resume() is for a command that goes on.
    Task<Result<std::vector<HookAttempt>>> recall(std::vector<std::string> container_ids);

    /// Waits for all background writes; what the store has refused is tried once more. Nothing may be
    /// recorded afterwards.
    Task<void> stop();

  private:
    void tell(const JournalEntry& entry) const;
    void check(const Status& status) const;
    Task<void> write_step(LifecycleStep step);
    Task<void> write_event(EventRecord event);
    Task<void> finish_later(HookAttempt attempt);

    JournalStore* store_;
    Clock* clock_;
    Random* random_;
    Gate gate_;
    std::vector<Listener> listeners_;
    ErrorListener error_listener_;
    HiddenValues hidden_;
    std::map<std::string, MonotonicTime> begun_;  // by delivery id and attempt
    CancelSource stopping_;
    std::size_t unfinished_ = 0;  // attempts that wait for the store
};

}  // namespace hooklet
