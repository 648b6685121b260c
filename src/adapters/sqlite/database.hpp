// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace hooklet {

/// How long a statement waits for another process that uses the file, in milliseconds.
inline constexpr int busy_timeout_ms = 5000;

/// One prepared statement: bind the parameters in order, step, read the columns in order. The first failure
/// of a bind is reported by the next step.
class Statement {
  public:
    void bind(std::int64_t value);
    void bind(std::int32_t value) { bind(std::int64_t{value}); }
    void bind(bool value) { bind(std::int64_t{value}); }
    void bind(Duration value) { bind(std::int64_t{value.count()}); }
    void bind(WallTime value) { bind(value.time_since_epoch()); }
    void bind(std::string_view text);
    /// Bytes that need not be text.
    void bind_blob(std::string_view bytes);
    void bind_null();

    /// True when there is a row to read.
    Result<bool> step();
    /// To the beginning, for another round of binds and steps.
    void reset();

    void read(std::int64_t& value);
    void read(std::int32_t& value);
    void read(bool& value);
    void read(Duration& value);
    void read(WallTime& value);
    /// Text or bytes.
    void read(std::string& value);
    /// True when the next column is null; then it counts as read.
    bool read_null();

  private:
    friend class Database;
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    Statement(sqlite3_stmt* statement, std::string_view what) : statement_(statement), what_(what) {}
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
    std::string_view what_;
    int parameter_ = 0;
    int column_ = 0;
    int bind_result_ = 0;
};

/// What a file is for.
struct DatabaseUse {
    std::string_view what;  ///< As messages name it; a literal.
    /// A transaction survives the loss of power once it is committed, not only once it is checkpointed.
    bool sync_each_commit;
};
inline constexpr DatabaseUse journal_use{"journal", false};
inline constexpr DatabaseUse objects_use{"object store", true};

/// A connection to a SQLite file, used by one thread at a time. Errors are Code::internal and name the file.
class Database {
  public:
    static Result<Database> open(const std::string& path, DatabaseUse use);

    /// Runs statements that take no parameters.
    Status run(const char* sql);
    Result<Statement> prepare(std::string_view sql);
    Result<std::int64_t> number(std::string_view sql);
    /// Brings the tables to the newest version: `migrations[n]` leads from version n to n + 1. A newer one is
    /// an error.
    Status migrate(std::span<const char* const> migrations);

    [[nodiscard]] std::int64_t last_insert_id() const;
    [[nodiscard]] int changed_rows() const;
    [[nodiscard]] bool in_transaction() const;

  private:
    struct Closer {
        void operator()(sqlite3* connection) const;
    };
    [[nodiscard]] Error failure() const;
    std::string path_;
    std::string_view what_;
    std::unique_ptr<sqlite3, Closer> connection_;
};

}  // namespace hooklet
