// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/sqlite_objects.hpp"

#include "adapters/sqlite/database_thread.hpp"

#include <array>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// What leads from each version of the tables to the next. Released ones are never changed, only followed.
constexpr std::array<const char*, 1> object_migrations{R"(
CREATE TABLE objects (
    resource TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    text BLOB NOT NULL,
    PRIMARY KEY (resource, namespace, name)
);
CREATE TABLE last_revision (value INTEGER NOT NULL);
INSERT INTO last_revision VALUES (1)
)"};

constexpr const char* select_revision = "SELECT value FROM last_revision";

Result<StoredObjects> select_objects(Database& database) {
    StoredObjects found;
    const auto revision = database.number(select_revision);
    if (!revision) return std::unexpected(revision.error());
    found.revision = *revision;
    auto statement = database.prepare("SELECT resource, namespace, name, revision, text FROM objects");
    if (!statement) return std::unexpected(statement.error());
    while (true) {
        const auto row = statement->step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return found;
        StoredObject& object = found.objects.emplace_back();
        statement->read(object.key.resource);
        statement->read(object.key.namespace_);
        statement->read(object.key.name);
        statement->read(object.revision);
        std::string text;
        statement->read(text);
        object.text = std::make_shared<const std::string>(std::move(text));
    }
}

Status finish(Result<Statement> statement, auto bind) {
    if (!statement) return std::unexpected(statement.error());
    bind(*statement);
    if (auto done = statement->step(); !done) return std::unexpected(done.error());
    return {};
}

Status make_change(Database& database, const ObjectChange& change) {
    const auto bind_key = [&change](Statement& statement) {
        statement.bind(change.key.resource);
        statement.bind(change.key.namespace_);
        statement.bind(change.key.name);
    };
    if (!change.text) {
        return finish(
            database.prepare("DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?"),
            bind_key);
    }
    return finish(database.prepare("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)"),
                  [&](Statement& statement) {
                      bind_key(statement);
                      statement.bind(change.revision);
                      statement.bind_blob(*change.text);
                  });
}

Status make_changes(Database& database, const std::vector<ObjectChange>& changes) {
    auto last = database.number(select_revision);
    if (!last) return std::unexpected(last.error());
    for (const ObjectChange& change : changes) {
        if (change.revision != *last + 1) {
            return fail(Code::conflict,
                        fmt::format("object store: revision {} does not follow {}", change.revision, *last));
        }
        if (auto made = make_change(database, change); !made) return made;
        last = change.revision;
    }
    return finish(database.prepare("UPDATE last_revision SET value = ?"),
                  [&](Statement& statement) { statement.bind(*last); });
}

/// As make_changes(), which leaves some of its changes in the transaction when it fails.
Status make_all_or_none(Database& database, const std::vector<ObjectChange>& changes) {
    if (auto begun = database.run("SAVEPOINT changes"); !begun) return begun;
    const Status made = make_changes(database, changes);
    if (made) return database.run("RELEASE changes");
    // A failure of the disk may have ended the transaction with all that is in it.
    if (database.in_transaction()) {
        if (auto undone = database.run("ROLLBACK TO changes; RELEASE changes"); !undone) return undone;
    }
    return made;
}

}  // namespace

SqliteObjects::SqliteObjects(std::unique_ptr<DatabaseThread> thread, UseMark mark)
    : mark_(std::move(mark)), thread_(std::move(thread)) {}

SqliteObjects::~SqliteObjects() {
    mark_.remove();
}

Task<Result<StoredObjects>> SqliteObjects::load() {
    return thread_->submit<StoredObjects>(false, select_objects);
}

Task<Result<Revision>> SqliteObjects::revision() {
    return thread_->submit<Revision>(false,
                                     [](Database& database) { return database.number(select_revision); });
}

Task<Status> SqliteObjects::write(std::vector<ObjectChange> changes) {
    return thread_->submit<void>(true, [changes = std::move(changes)](Database& database) {
        return make_all_or_none(database, changes);
    });
}

Task<> SqliteObjects::stop() {
    mark_.remove();
    co_await thread_->stop();
}

Result<std::unique_ptr<SqliteObjects>> open_sqlite_objects(Executor executor, const std::string& path) {
    auto database = Database::open(path, objects_use);
    if (!database) return std::unexpected(database.error());
    if (auto migrated = database->migrate(object_migrations); !migrated) {
        return std::unexpected(migrated.error());
    }
    auto mark = UseMark::make(path);
    if (!mark) return std::unexpected(mark.error());
    return std::make_unique<SqliteObjects>(
        std::make_unique<DatabaseThread>(std::move(executor), *std::move(database), objects_use),
        *std::move(mark));
}

}  // namespace hooklet
