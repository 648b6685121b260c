// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/damaged_file.hpp"
#include "ports/object_storage.hpp"

#include <memory>

namespace hooklet {

class DatabaseThread;

/// The API's objects in a SQLite file, with a thread of its own for the I/O. A write returns after the disk
/// has confirmed it; the writes that wait meanwhile share the next transaction and its sync.
class SqliteObjects final : public ObjectStorage {
  public:
    SqliteObjects(std::unique_ptr<DatabaseThread> thread, UseMark mark);
    /// Without stop(), finishes what was asked before, blocking.
    ~SqliteObjects() override;

    Task<Result<StoredObjects>> load() override;
    Task<Result<Revision>> revision() override;
    Task<Status> write(std::vector<ObjectChange> changes) override;

    /// Finishes what was asked before and closes the file. Calls made later fail with Code::unavailable.
    Task<> stop();

  private:
    UseMark mark_;
    std::unique_ptr<DatabaseThread> thread_;
};

/// Opens the objects at `path`, made (mode 0600) if missing, brought to the current format if older. For the
/// one process that owns the root. Errors name the path.
Result<std::unique_ptr<SqliteObjects>> open_sqlite_objects(Executor executor, const std::string& path);

}  // namespace hooklet
