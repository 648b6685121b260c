// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/journal_store.hpp"
#include "support/sim_wire.hpp"

#include <deque>
#include <string>
#include <vector>

namespace hooklet::sim {

/// The journal's disk. Writes take time and are ordered; one that returned survives the agent's crash, one
/// that had not may or may not. Refuses what a careful writer never does: ending an attempt twice, or one it
/// does not know.
class SimJournalStore final : public JournalStore {
  public:
    SimJournalStore(SimClock* clock, SimRandom random, FaultInjector* faults)
        : clock_(clock), random_(random), faults_(faults) {}

    Task<Result<std::int64_t>> add_attempt(HookAttempt attempt) override;
    Task<Status> finish_attempt(HookAttempt attempt) override;
    Task<Status> add_step(LifecycleStep step) override;
    Task<Status> add_event(EventRecord event) override;
    Task<Result<JournalContents>> read(JournalQuery query) override;
    Task<Result<std::vector<HookAttempt>>> attempts(AttemptQuery query) override;
    Task<Result<std::vector<std::string>>> known_pods(std::vector<std::string> uids) override;
    Task<Result<std::vector<HookAttempt>>> recall(std::vector<std::string> container_ids) override;

    /// From now on a write is only safe when `writes` more have followed it.
    void delay_sync(std::size_t writes) { unsynced_limit_ = writes; }
    /// The machine loses its power: writes that were not synced are gone.
    void lose_power();

    /// What attempts() was asked for.
    [[nodiscard]] const std::vector<AttemptQuery>& queries() const { return queries_; }
    /// What is on disk.
    [[nodiscard]] const JournalContents& contents() const { return contents_; }
    [[nodiscard]] std::uint64_t state_hash() const { return random_.state_hash(); }

  private:
    /// Waits for the writes before this one and for this one's own time. When this fails nothing is written.
    Task<Result<CallFate>> turn(std::string site);
    void about_to_write();
    Status over(const CallFate& fate);

    SimClock* clock_;
    SimRandom random_;
    FaultInjector* faults_;
    MonotonicTime busy_until_{};
    std::int64_t last_id_ = 0;
    JournalContents contents_;
    std::vector<AttemptQuery> queries_;
    std::size_t unsynced_limit_ = 0;
    std::deque<JournalContents> unsynced_;  // as it was before each of the last writes
};

}  // namespace hooklet::sim
