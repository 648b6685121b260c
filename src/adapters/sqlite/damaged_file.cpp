// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/damaged_file.hpp"

#include "adapters/sqlite/change_log.hpp"
#include "adapters/sqlite/database.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

namespace hooklet {

namespace {

std::string mark_name(const std::string& path) {
    return path + "-in-use";
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

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
    // Who looks leaves the log of changes where it is.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
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
        if (!exists(name)) return name;
    }
}

/// What is missing, in words; empty when nothing is.
std::string missing_changes(const std::string& path) {
    const std::string log = path + "-wal";
    if (!exists(log))
        return exists(mark_name(path)) ? fmt::format("{} is gone: the changes in it are lost", log) : "";
    std::ifstream file(log, std::ios::binary);
    const std::optional<std::uint64_t> damage = damage_of_log(file);
    return damage ? fmt::format("{} is damaged at byte {}: the changes behind it are lost", log, *damage)
                  : "";
}

Status copy(const std::string& from, const std::string& to) {
    std::error_code failed;
    std::filesystem::copy_file(from, to, failed);
    if (failed && failed != std::errc::no_such_file_or_directory)
        return std::unexpected(errno_error(fmt::format("copy {} to {}", from, to), failed.value()));
    return {};
}

/// Left as it is, the log would be found damaged again, and played in, it is gone.
Status play_in(const std::string& path) {
    ::unlink(mark_name(path).c_str());
    auto database = Database::open(path, objects_use);
    if (!database) return std::unexpected(database.error());
    return database->run("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

Result<std::string> set_aside_if_damaged(const std::string& path) {
    if (!exists(path) || !is_damaged(path)) return std::string();
    std::string name = free_name(path);
    // The log of changes goes first: left behind, it would be played into the new file.
    for (const char* beside : {"-wal", "-shm", ""}) {
        const int renamed = std::rename((path + beside).c_str(), (name + beside).c_str());
        if (renamed != 0 && errno != ENOENT)
            return std::unexpected(errno_error("set aside the damaged " + path, errno));
    }
    return name;
}

Result<std::string> keep_if_changes_are_missing(const std::string& path) {
    const std::string missing = missing_changes(path);
    // A database that is damaged itself is set aside as a whole.
    if (missing.empty() || !exists(path) || is_damaged(path)) return std::string();
    const std::string name = free_name(path);
    for (const char* beside : {"", "-wal"}) {
        if (const Status copied = copy(path + beside, name + beside); !copied)
            return std::unexpected(copied.error());
    }
    if (const Status played = play_in(path); !played) return std::unexpected(played.error());
    return fmt::format("{}; what was there is kept as {}", missing, name);
}

Result<UseMark> UseMark::make(const std::string& path) {
    UseMark mark(mark_name(path));
    const int fd = ::open(mark.name_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return std::unexpected(errno_error("make " + mark.name_, errno));
    ::close(fd);
    return mark;
}

void UseMark::remove() {
    ::unlink(name_.c_str());
}

}  // namespace hooklet
