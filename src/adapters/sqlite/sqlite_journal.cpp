// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/sqlite_journal.hpp"

#include "adapters/sqlite/database_thread.hpp"
#include "adapters/sqlite/journal_tables.hpp"

#include <utility>

namespace hooklet {

SqliteJournal::SqliteJournal(std::unique_ptr<DatabaseThread> worker) : worker_(std::move(worker)) {}

SqliteJournal::~SqliteJournal() = default;

Task<Result<std::int64_t>> SqliteJournal::add_attempt(HookAttempt attempt) {
    return worker_->submit<std::int64_t>(
        true, [attempt = std::move(attempt)](Database& database) { return insert(database, attempt); });
}

Task<Status> SqliteJournal::finish_attempt(HookAttempt attempt) {
    return worker_->submit<void>(
        true, [attempt = std::move(attempt)](Database& database) { return update(database, attempt); });
}

Task<Status> SqliteJournal::add_step(LifecycleStep step) {
    return worker_->submit<void>(
        true, [step = std::move(step)](Database& database) { return insert(database, step); });
}

Task<Status> SqliteJournal::add_event(EventRecord event) {
    return worker_->submit<void>(
        true, [event = std::move(event)](Database& database) { return insert(database, event); });
}

Task<Result<JournalContents>> SqliteJournal::read(JournalQuery query) {
    return worker_->submit<JournalContents>(
        false, [query = std::move(query)](Database& database) { return select(database, query); });
}

Task<Result<std::vector<HookAttempt>>> SqliteJournal::attempts(AttemptQuery query) {
    return worker_->submit<std::vector<HookAttempt>>(
        false, [query = std::move(query)](Database& database) { return hooklet::attempts(database, query); });
}

Task<Result<std::vector<std::string>>> SqliteJournal::known_pods(std::vector<std::string> uids) {
    return worker_->submit<std::vector<std::string>>(
        false, [uids = std::move(uids)](Database& database) { return hooklet::known_pods(database, uids); });
}

Task<Result<std::vector<HookAttempt>>> SqliteJournal::recall(std::vector<std::string> container_ids) {
    return worker_->submit<std::vector<HookAttempt>>(
        false,
        [ids = std::move(container_ids)](Database& database) { return hooklet::recall(database, ids); });
}

Task<Status> SqliteJournal::trim(WallTime before) {
    return worker_->submit<void>(true,
                                 [before](Database& database) { return hooklet::trim(database, before); });
}

Task<> SqliteJournal::stop() {
    co_await worker_->stop();
}

Result<std::unique_ptr<SqliteJournal>> open_sqlite_journal(Executor executor, const std::string& path) {
    auto database = Database::open(path, journal_use);
    if (!database) return std::unexpected(database.error());
    if (auto migrated = database->migrate(journal_migrations); !migrated) {
        return std::unexpected(migrated.error());
    }
    return std::make_unique<SqliteJournal>(
        std::make_unique<DatabaseThread>(std::move(executor), *std::move(database), journal_use));
}

}  // namespace hooklet
