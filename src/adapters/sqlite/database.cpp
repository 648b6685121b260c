// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/database.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {

namespace {

/// Reads are rare, and what is written again and again is few pages.
constexpr int page_cache_kib = 512;

/// SQLite would make the file readable for all; its -wal and -shm files copy the mode.
Status make_private(const std::string& path, std::string_view what) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || ::fchmod(fd, 0600) != 0) {
        auto failed = std::unexpected(errno_error(fmt::format("open {} {}", what, path), errno));
        if (fd >= 0) ::close(fd);
        return failed;
    }
    ::close(fd);
    return {};
}

/// What the connection's last call failed of, with the system's own words where SQLite has only general ones.
/// A failed commit leaves them in `errno` alone, which is 0 before each call.
Error failure_of(sqlite3* connection, std::string_view what, std::string_view path) {
    const int last = errno;
    const std::string context = fmt::format("{} {}: {}", what, path, sqlite3_errmsg(connection));
    const int primary = sqlite3_errcode(connection) & 0xFF;
    if (primary == SQLITE_FULL) return errno_error(context, ENOSPC);
    if (primary == SQLITE_READONLY) return errno_error(context, EROFS);
    const int known = sqlite3_system_errno(connection);
    const int system = known != 0 ? known : last;
    if ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && system != 0)
        return errno_error(context, system);
    return {Code::internal, context};
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void Statement::bind(std::int64_t value) {
    bind_result_ |= sqlite3_bind_int64(statement_.get(), ++parameter_, value);
}

void Statement::bind(std::string_view text) {
    bind_result_ |=
        sqlite3_bind_text64(statement_.get(), ++parameter_, text.data() != nullptr ? text.data() : "",
                            text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind_blob(std::string_view bytes) {
    bind_result_ |=
        sqlite3_bind_blob64(statement_.get(), ++parameter_, bytes.data() != nullptr ? bytes.data() : "",
                            bytes.size(), SQLITE_TRANSIENT);
}

void Statement::bind_null() {
    bind_result_ |= sqlite3_bind_null(statement_.get(), ++parameter_);
}

Result<bool> Statement::step() {
    column_ = 0;
    errno = 0;
    const int result = bind_result_ != SQLITE_OK ? SQLITE_MISUSE : sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    sqlite3* connection = sqlite3_db_handle(statement_.get());
    return std::unexpected(failure_of(connection, what_, sqlite3_db_filename(connection, "main")));
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    parameter_ = 0;
}

void Statement::read(std::int64_t& value) {
    value = sqlite3_column_int64(statement_.get(), column_++);
}

void Statement::read(std::int32_t& value) {
    value = sqlite3_column_int(statement_.get(), column_++);
}

void Statement::read(bool& value) {
    value = sqlite3_column_int(statement_.get(), column_++) != 0;
}

void Statement::read(Duration& value) {
    value = Duration{sqlite3_column_int64(statement_.get(), column_++)};
}

void Statement::read(WallTime& value) {
    value = WallTime{Duration{sqlite3_column_int64(statement_.get(), column_++)}};
}

void Statement::read(std::string& value) {
    const int column = column_++;
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    value.assign(static_cast<const char*>(bytes), size);
}

bool Statement::read_null() {
    const bool null = sqlite3_column_type(statement_.get(), column_) == SQLITE_NULL;
    if (null) ++column_;
    return null;
}

void Database::Closer::operator()(sqlite3* connection) const {
    sqlite3_close_v2(connection);
}

Error Database::failure() const {
    return failure_of(connection_.get(), what_, path_);
}

Result<Database> Database::open(const std::string& path, DatabaseUse use) {
    if (auto made = make_private(path, use.what); !made) return std::unexpected(made.error());
    Database database;
    database.path_ = path;
    database.what_ = use.what;
    sqlite3* connection = nullptr;
    errno = 0;
    const int result =
        sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    database.connection_.reset(connection);
    if (result != SQLITE_OK) return std::unexpected(database.failure());
    sqlite3_extended_result_codes(connection, 1);
    sqlite3_busy_timeout(connection, busy_timeout_ms);
    const std::string settings = fmt::format(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {}; PRAGMA foreign_keys = ON; "
        "PRAGMA cache_size = -{}",
        use.sync_each_commit ? "FULL" : "NORMAL", page_cache_kib);
    if (auto set = database.run(settings.c_str()); !set) return std::unexpected(set.error());
    return database;
}

Status Database::run(const char* sql) {
    errno = 0;
    if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return std::unexpected(failure());
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    errno = 0;
    if (sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                           nullptr) != SQLITE_OK) {
        return std::unexpected(failure());
    }
    return Statement(statement, what_);
}

Result<std::int64_t> Database::number(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return std::unexpected(statement.error());
    if (auto row = statement->step(); !row) return std::unexpected(row.error());
    std::int64_t value = 0;
    statement->read(value);
    return value;
}

Status Database::migrate(std::span<const char* const> migrations) {
    const auto version = number("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    const auto newest = static_cast<std::int64_t>(migrations.size());
    if (*version < 0 || *version > newest) {
        return fail(Code::invalid, fmt::format("{} {}: made by a newer hooklet (format {}, known up to {})",
                                               what_, path_, *version, newest));
    }
    for (std::int64_t from = *version; from < newest; ++from) {
        const std::string step = fmt::format("BEGIN IMMEDIATE; {}; PRAGMA user_version = {}; COMMIT",
                                             migrations[static_cast<std::size_t>(from)], from + 1);
        if (auto done = run(step.c_str()); !done) {
            if (in_transaction()) (void)run("ROLLBACK");
            return done;
        }
    }
    return {};
}

std::int64_t Database::last_insert_id() const {
    return sqlite3_last_insert_rowid(connection_.get());
}

int Database::changed_rows() const {
    return sqlite3_changes(connection_.get());
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(connection_.get()) == 0;
}

}  // namespace hooklet
