// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/journal_tables.hpp"

#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

namespace hooklet {

// Times are nanoseconds since 1970, lengths nanoseconds.
const std::array<const char*, 4> journal_migrations{R"(
CREATE TABLE hook_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    pod_namespace TEXT NOT NULL,
    pod_name TEXT NOT NULL,
    pod_uid TEXT NOT NULL,
    container TEXT NOT NULL,
    container_id TEXT NOT NULL,
    hook TEXT NOT NULL,
    handler TEXT NOT NULL,
    command TEXT NOT NULL,
    reason TEXT NOT NULL,
    cap INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT,
    took INTEGER NOT NULL,
    exit_code INTEGER,
    http_status INTEGER,
    cause TEXT NOT NULL,
    stdout BLOB NOT NULL,
    stderr BLOB NOT NULL
);
CREATE INDEX hook_attempts_by_pod ON hook_attempts (pod_uid, at);
CREATE TABLE steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    pod_namespace TEXT NOT NULL,
    pod_name TEXT NOT NULL,
    pod_uid TEXT NOT NULL,
    container TEXT NOT NULL,
    container_id TEXT NOT NULL,
    step TEXT NOT NULL,
    took INTEGER NOT NULL,
    exit_code INTEGER,
    detail TEXT NOT NULL
);
CREATE INDEX steps_by_pod ON steps (pod_uid, at);
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    pod_namespace TEXT NOT NULL,
    pod_name TEXT NOT NULL,
    pod_uid TEXT NOT NULL,
    container TEXT NOT NULL,
    warning INTEGER NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX events_by_pod ON events (pod_uid, at)
)",
                                                    "ALTER TABLE steps ADD COLUMN grace INTEGER",
                                                    R"(
CREATE INDEX hook_attempts_by_container ON hook_attempts (container_id);
CREATE INDEX hook_attempts_open ON hook_attempts (id) WHERE outcome IS NULL
)",
                                                    "CREATE INDEX hook_attempts_by_pod_name "
                                                    "ON hook_attempts (pod_name)"};

namespace {

/// Follows every character of a name.
constexpr char behind_names = '\x7F';

/// A string column for bytes that need not be text.
template <class String>
struct Blob {
    String& bytes;
};
template <class String>
Blob(String&) -> Blob<String>;

template <class Record>
struct Table;

// Each `columns` names the columns once, with the members that they keep; every statement is made from it.
// `id` stands apart: the store gives it.
template <>
struct Table<HookAttempt> {
    static constexpr std::string_view name = "hook_attempts";
    static void columns(auto& r, auto visit) {
        visit("delivery_id", r.delivery_id);
        visit("attempt", r.attempt);
        visit("pod_namespace", r.pod.namespace_);
        visit("pod_name", r.pod.name);
        visit("pod_uid", r.pod.uid);
        visit("container", r.container);
        visit("container_id", r.container_id);
        visit("hook", r.hook);
        visit("handler", r.handler);
        visit("command", r.command);
        visit("reason", r.reason);
        visit("cap", r.cap);
        visit("at", r.started_at);
        visit("outcome", r.outcome);
        visit("took", r.took);
        visit("exit_code", r.exit_code);
        visit("http_status", r.http_status);
        visit("cause", r.cause);
        visit("stdout", Blob{r.stdout_});
        visit("stderr", Blob{r.stderr_});
    }
};

template <>
struct Table<LifecycleStep> {
    static constexpr std::string_view name = "steps";
    static void columns(auto& r, auto visit) {
        visit("at", r.at);
        visit("pod_namespace", r.pod.namespace_);
        visit("pod_name", r.pod.name);
        visit("pod_uid", r.pod.uid);
        visit("container", r.container);
        visit("container_id", r.container_id);
        visit("step", r.step);
        visit("took", r.took);
        visit("exit_code", r.exit_code);
        visit("grace", r.grace);
        visit("detail", r.detail);
    }
};

template <>
struct Table<EventRecord> {
    static constexpr std::string_view name = "events";
    static void columns(auto& r, auto visit) {
        visit("at", r.at);
        visit("pod_namespace", r.pod.namespace_);
        visit("pod_name", r.pod.name);
        visit("pod_uid", r.pod.uid);
        visit("container", r.container);
        visit("warning", r.warning);
        visit("reason", r.reason);
        visit("message", r.message);
    }
};

// An enumeration's last member, up to which read() looks for a name.
constexpr HookType last(HookType /*of*/) {
    return HookType::on_exit;
}
constexpr HookHandler last(HookHandler /*of*/) {
    return HookHandler::sleep;
}
constexpr HookOutcome last(HookOutcome /*of*/) {
    return HookOutcome::unknown;
}
constexpr StepKind last(StepKind /*of*/) {
    return StepKind::failed;
}

template <class Value>
concept Enumeration = std::is_enum_v<Value>;

template <class Value>
void bind(Statement& to, const Value& value) {
    to.bind(value);
}
template <Enumeration Value>
void bind(Statement& to, const Value& value) {
    to.bind(name(value));
}
template <class Value>
void bind(Statement& to, const std::optional<Value>& value) {
    if (value) {
        bind(to, *value);
    } else {
        to.bind_null();
    }
}
template <class String>
void bind(Statement& to, const Blob<String>& value) {
    to.bind_blob(value.bytes);
}

template <class Value>
void read(Statement& from, Value& value) {
    from.read(value);
}
/// Enumerations are kept by their names, so that their order in the source does not matter.
template <Enumeration Value>
void read(Statement& from, Value& value) {
    std::string text;
    from.read(text);
    for (int i = 0; i <= static_cast<int>(last(value)); ++i) {
        if (text == name(static_cast<Value>(i))) value = static_cast<Value>(i);
    }
}
template <class Value>
void read(Statement& from, std::optional<Value>& value) {
    if (from.read_null()) return;
    read(from, value.emplace());
}
template <class String>
void read(Statement& from, Blob<String> value) {
    from.read(value.bytes);
}

/// The names of all columns, each after `prefix`, separated by commas.
template <class Record>
std::string column_list(std::string_view prefix) {
    std::string list;
    const Record record;
    Table<Record>::columns(record, [&](std::string_view column, const auto& /*value*/) {
        list.append(list.empty() ? "" : ", ").append(prefix).append(column);
    });
    return list;
}

template <class Record>
void bind_columns(Statement& statement, const Record& record) {
    Table<Record>::columns(record, [&](std::string_view, const auto& value) { bind(statement, value); });
}

template <class Record>
Status insert_record(Database& database, const Record& record) {
    auto statement = database.prepare(fmt::format("INSERT INTO {} ({}) VALUES ({})", Table<Record>::name,
                                                  column_list<Record>(""), column_list<Record>(":")));
    if (!statement) return std::unexpected(statement.error());
    bind_columns(*statement, record);
    if (auto done = statement->step(); !done) return std::unexpected(done.error());
    return {};
}

/// The records for which `condition` holds, whose parameters `bind_condition` binds.
template <class Record>
Status select_where(Database& database, std::string_view condition, auto bind_condition,
                    std::vector<Record>& found) {
    auto statement = database.prepare(fmt::format("SELECT id, {} FROM {} WHERE {} ORDER BY id",
                                                  column_list<Record>(""), Table<Record>::name, condition));
    if (!statement) return std::unexpected(statement.error());
    bind_condition(*statement);
    while (true) {
        const auto row = statement->step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return {};
        Record& record = found.emplace_back();
        statement->read(record.id);
        Table<Record>::columns(record, [&](std::string_view, auto&& value) { read(*statement, value); });
    }
}

template <class Record>
Status select_records(Database& database, const JournalQuery& query, std::vector<Record>& found) {
    std::string condition = "TRUE";
    if (!query.pod_uid.empty()) condition += " AND pod_uid = :uid";
    if (query.since) condition += " AND at >= :since";
    const auto bind_query = [&query](Statement& statement) {
        if (!query.pod_uid.empty()) statement.bind(query.pod_uid);
        if (query.since) statement.bind(*query.since);
    };
    return select_where(database, condition, bind_query, found);
}

Status select_all(Database& database, const JournalQuery& query, JournalContents& contents) {
    if (auto found = select_records(database, query, contents.hooks); !found) return found;
    if (auto found = select_records(database, query, contents.steps); !found) return found;
    return select_records(database, query, contents.events);
}

/// The record may be there although the answer to the one who wrote it was a failure.
Status remove_same(Database& database, const HookAttempt& attempt) {
    auto statement = database.prepare(
        "DELETE FROM hook_attempts WHERE container_id = :container AND delivery_id = :delivery AND "
        "attempt = :attempt");
    if (!statement) return std::unexpected(statement.error());
    statement->bind(attempt.container_id);
    statement->bind(attempt.delivery_id);
    statement->bind(attempt.attempt);
    if (auto done = statement->step(); !done) return std::unexpected(done.error());
    return {};
}

}  // namespace

Result<std::int64_t> insert(Database& database, const HookAttempt& attempt) {
    if (auto added = insert_record(database, attempt); !added) return std::unexpected(added.error());
    return database.last_insert_id();
}

Status insert(Database& database, const LifecycleStep& step) {
    return insert_record(database, step);
}

Status insert(Database& database, const EventRecord& event) {
    return insert_record(database, event);
}

Status update(Database& database, const HookAttempt& attempt) {
    if (attempt.id == 0) {
        if (auto removed = remove_same(database, attempt); !removed) return removed;
        return insert_record(database, attempt);
    }
    auto statement =
        database.prepare(fmt::format("UPDATE {} SET ({}) = ({}) WHERE id = :id", Table<HookAttempt>::name,
                                     column_list<HookAttempt>(""), column_list<HookAttempt>(":")));
    if (!statement) return std::unexpected(statement.error());
    bind_columns(*statement, attempt);
    statement->bind(attempt.id);
    if (auto done = statement->step(); !done) return std::unexpected(done.error());
    if (database.changed_rows() == 0) {
        return fail(Code::not_found, fmt::format("hook attempt {} is not in the journal", attempt.id));
    }
    return {};
}

Result<JournalContents> select(Database& database, const JournalQuery& query) {
    // One transaction: the three tables are seen at the same moment.
    if (auto begun = database.run("BEGIN"); !begun) return std::unexpected(begun.error());
    JournalContents contents;
    const Status found = select_all(database, query, contents);
    const Status ended = database.run("COMMIT");
    if (!found) return std::unexpected(found.error());
    if (!ended) return std::unexpected(ended.error());
    return contents;
}

Result<std::vector<HookAttempt>> attempts(Database& database, const AttemptQuery& query) {
    std::string condition = "TRUE";
    if (!query.pod_uid.empty()) condition += " AND pod_uid = :uid";
    if (!query.pod_name_begin.empty()) condition += " AND pod_name >= :begin AND pod_name < :end";
    const auto bind_query = [&query](Statement& statement) {
        if (!query.pod_uid.empty()) statement.bind(query.pod_uid);
        if (query.pod_name_begin.empty()) return;
        statement.bind(query.pod_name_begin);
        statement.bind(query.pod_name_begin + behind_names);
    };
    std::vector<HookAttempt> found;
    if (auto read = select_where(database, condition, bind_query, found); !read)
        return std::unexpected(read.error());
    return found;
}

Result<std::vector<std::string>> known_pods(Database& database, const std::vector<std::string>& uids) {
    auto statement = database.prepare("SELECT EXISTS (SELECT 1 FROM steps WHERE pod_uid = :uid)");
    if (!statement) return std::unexpected(statement.error());
    std::vector<std::string> known;
    for (const std::string& uid : uids) {
        statement->reset();
        statement->bind(uid);
        if (const auto row = statement->step(); !row) return std::unexpected(row.error());
        bool recorded = false;
        statement->read(recorded);
        if (recorded) known.push_back(uid);
    }
    return known;
}

Status trim(Database& database, WallTime before) {
    // What a Pod with the same uid did later stays. The steps go last: they tell which Pods are gone. Should
    // one of the statements fail, those before it are right by themselves.
    for (const auto table :
         {Table<HookAttempt>::name, Table<EventRecord>::name, Table<LifecycleStep>::name}) {
        auto statement = database.prepare(
            fmt::format("DELETE FROM {0} WHERE at <= (SELECT max(at) FROM steps AS gone WHERE "
                        "gone.pod_uid = {0}.pod_uid AND gone.step = :gone AND gone.at < :before)",
                        table));
        if (!statement) return std::unexpected(statement.error());
        statement->bind(name(StepKind::gone));
        statement->bind(before);
        if (const auto done = statement->step(); !done) return std::unexpected(done.error());
    }
    return {};
}

Result<std::vector<HookAttempt>> recall(Database& database, const std::vector<std::string>& container_ids) {
    std::vector<HookAttempt> found;
    const auto bind_nothing = [](Statement&) {};
    if (auto open = select_where(database, "outcome IS NULL", bind_nothing, found); !open) {
        return std::unexpected(open.error());
    }
    for (const std::string& id : container_ids) {
        const auto bind_id = [&id](Statement& statement) { statement.bind(id); };
        const Status ended =
            select_where(database, "container_id = :id AND outcome IS NOT NULL", bind_id, found);
        if (!ended) return std::unexpected(ended.error());
    }
    std::ranges::sort(found, {}, &HookAttempt::id);
    return found;
}

}  // namespace hooklet
