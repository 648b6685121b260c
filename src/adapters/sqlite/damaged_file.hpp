// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>

namespace hooklet {

/// Looks through the database at `path` and, when it is damaged, renames it (with what SQLite keeps beside
/// it) to `PATH.damaged-N`, N from 1. Returns the new name; empty when the file is sound, or there is none,
/// or it can't be looked at: whoever opens it then says why. For the one process that owns the root; reads
/// the whole file.
Result<std::string> set_aside_if_damaged(const std::string& path);

/// Looks for committed changes that are missing from a database that syncs each commit, since its
/// write-ahead log is damaged before its end, or gone although nobody closed the database (UseMark). Then
/// keeps a copy of what is there as `PATH.damaged-N`, has the rest of the log played in, and returns what
/// happened, for people; empty when nothing is missing. To be called before anything opens the database.
Result<std::string> keep_if_changes_are_missing(const std::string& path);

/// A file beside a database (`PATH-in-use`) that is there while the database is open, and after a crash.
class UseMark {
  public:
    /// To be made when the database's log of changes exists.
    static Result<UseMark> make(const std::string& path);
    /// To be removed when nothing is written any more, before the database is closed.
    void remove();

  private:
    explicit UseMark(std::string name) : name_(std::move(name)) {}
    std::string name_;
};

}  // namespace hooklet
