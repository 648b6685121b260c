// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/database.hpp"
#include "ports/journal_store.hpp"

#include <array>

namespace hooklet {

/// What leads from each version of the tables to the next. Released ones are never changed, only followed.
extern const std::array<const char*, 4> journal_migrations;

/// Adds one record and returns its id; Database's errors.
Result<std::int64_t> insert(Database& database, const HookAttempt& attempt);
Status insert(Database& database, const LifecycleStep& step);
Status insert(Database& database, const EventRecord& event);
/// Replaces the attempt with that id, Code::not_found when there is none; one without an id replaces what
/// there is of the same delivery and number.
Status update(Database& database, const HookAttempt& attempt);
/// As JournalStore::attempts().
Result<std::vector<HookAttempt>> attempts(Database& database, const AttemptQuery& query);
/// As JournalStore::known_pods().
Result<std::vector<std::string>> known_pods(Database& database, const std::vector<std::string>& uids);
/// As SqliteJournal::trim().
Status trim(Database& database, WallTime before);
/// As JournalStore::recall().
Result<std::vector<HookAttempt>> recall(Database& database, const std::vector<std::string>& container_ids);
Result<JournalContents> select(Database& database, const JournalQuery& query);

}  // namespace hooklet
