// SPDX-License-Identifier: Apache-2.0
#include "bench/api/raw_sqlite.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>

#include <sqlite3.h>

namespace hooklet::bench {

namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

void run(sqlite3* database, const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(database));
}

Database opened(const std::string& file) {
    sqlite3* database = nullptr;
    const int code = sqlite3_open(file.c_str(), &database);
    Database owner(database, sqlite3_close);
    if (code != SQLITE_OK) throw std::runtime_error(file);
    run(database,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE rows(name INTEGER PRIMARY KEY, content TEXT) STRICT");
    return owner;
}

}  // namespace

double raw_sqlite_writes(const std::string& file, std::size_t size, int group, int transactions) {
    const Database database = opened(file);
    sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(database.get(), "INSERT INTO rows VALUES(?, ?)", -1, &prepared, nullptr);
    const Statement insert(prepared, sqlite3_finalize);
    const std::string content(size, 'x');
    const auto begun = std::chrono::steady_clock::now();
    for (int row = 0; row < group * transactions; ++row) {
        if (row % group == 0) run(database.get(), "BEGIN");
        sqlite3_bind_int(insert.get(), 1, row);
        sqlite3_bind_text(insert.get(), 2, content.data(), static_cast<int>(size), SQLITE_STATIC);
        if (sqlite3_step(insert.get()) != SQLITE_DONE)
            throw std::runtime_error(sqlite3_errmsg(database.get()));
        sqlite3_reset(insert.get());
        if (row % group == group - 1) run(database.get(), "COMMIT");
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    return group * transactions / took.count();
}

}  // namespace hooklet::bench
