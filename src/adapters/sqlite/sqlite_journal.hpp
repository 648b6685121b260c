// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/journal_store.hpp"

#include <memory>

namespace hooklet {

class DatabaseThread;

/// The journal in a SQLite file. A thread of its own does the I/O, in the order of the calls; the writes that
/// wait at the same moment share one transaction. A record survives the end of the process once its call has
/// returned, and the loss of power once the file is checkpointed.
class SqliteJournal final : public JournalStore {
  public:
    explicit SqliteJournal(std::unique_ptr<DatabaseThread> worker);
    /// Without stop(), finishes what was asked before, blocking.
    ~SqliteJournal() override;

    Task<Result<std::int64_t>> add_attempt(HookAttempt attempt) override;
    /// Code::not_found when there is no attempt with that id (and it is not 0).
    Task<Status> finish_attempt(HookAttempt attempt) override;
    Task<Status> add_step(LifecycleStep step) override;
    Task<Status> add_event(EventRecord event) override;
    Task<Result<JournalContents>> read(JournalQuery query) override;
    Task<Result<std::vector<HookAttempt>>> attempts(AttemptQuery query) override;
    Task<Result<std::vector<std::string>>> known_pods(std::vector<std::string> uids) override;
    Task<Result<std::vector<HookAttempt>>> recall(std::vector<std::string> container_ids) override;

    /// Forgets all that was recorded of Pods until they were gone, when that was before this time. What
    /// lives, or ended in another way, stays.
    Task<Status> trim(WallTime before);

    /// Finishes what was asked before and closes the file. Calls made later fail with Code::unavailable.
    Task<> stop();

  private:
    std::unique_ptr<DatabaseThread> worker_;
};

/// Opens the journal at `path`, made (mode 0600) if missing, brought to the current format if older. For the
/// one process that owns the root. Errors name the path.
Result<std::unique_ptr<SqliteJournal>> open_sqlite_journal(Executor executor, const std::string& path);

}  // namespace hooklet
