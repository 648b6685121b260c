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
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
    int parameter_ = 0;
    int column_ = 0;
    int bind_result_ = 0;
};

/// A connection to a SQLite file, used by one thread at a time. Errors are Code::internal and name the file.
class Database {
  public:
    enum class Access { read_only, read_write };
    static Result<Database> open(const std::string& path, Access access);

    /// Runs statements that take no parameters.
    Status run(const char* sql);
    Result<Statement> prepare(std::string_view sql);
    Result<std::int64_t> number(std::string_view sql);
    /// Brings the tables to the newest version: `migrations[n]` leads from version n to n + 1. With read-only
    /// access an older version is an error; so is a newer one in any case.
    Status migrate(std::span<const char* const> migrations, Access access);

    [[nodiscard]] std::int64_t last_insert_id() const;
    [[nodiscard]] int changed_rows() const;
    [[nodiscard]] bool in_transaction() const;

  private:
    struct Closer {
        void operator()(sqlite3* connection) const;
    };
    [[nodiscard]] Error failure() const;
    std::string path_;
    std::unique_ptr<sqlite3, Closer> connection_;
};

}  // namespace hooklet
