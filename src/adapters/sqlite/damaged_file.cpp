// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/damaged_file.hpp"

#include "adapters/sqlite/database.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <sqlite3.h>
#include <unistd.h>

namespace hooklet {

namespace {

bool says_damaged(int result) {
    const int primary = result & 0xFF;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

bool is_damaged(const std::string& path) {
    sqlite3* opened = nullptr;
    const int result =
        sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection(opened, &sqlite3_close);
    if (result != SQLITE_OK) return says_damaged(result);
    sqlite3_busy_timeout(opened, busy_timeout_ms);
    bool sound = true;
    const auto look = [](void* all_is_well, int, char** values, char**) {
        *static_cast<bool*>(all_is_well) = values[0] != nullptr && std::string(values[0]) == "ok";
        return 0;
    };
    const int checked = sqlite3_exec(opened, "PRAGMA quick_check(1)", look, &sound, nullptr);
    return says_damaged(checked) || (checked == SQLITE_OK && !sound);
}

std::string free_name(const std::string& path) {
    for (int n = 1;; ++n) {
        std::string name = path + ".damaged-" + std::to_string(n);
        if (::access(name.c_str(), F_OK) != 0) return name;
    }
}

}  // namespace

Result<std::string> set_aside_if_damaged(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0 || !is_damaged(path)) return std::string();
    std::string name = free_name(path);
    // The log of changes goes first: left behind, it would be played into the new file.
    for (const char* beside : {"-wal", "-shm", ""}) {
        const int renamed = std::rename((path + beside).c_str(), (name + beside).c_str());
        if (renamed != 0 && errno != ENOENT)
            return std::unexpected(errno_error("set aside the damaged " + path, errno));
    }
    return name;
}

}  // namespace hooklet
