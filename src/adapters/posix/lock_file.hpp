// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/unique_fd.hpp"
#include "base/error.hpp"

#include <string>

namespace hooklet {

/// Makes this process the only owner of something, until the lock is destroyed or the process ends in any
/// way. The file holds the owner's pid for people and stays behind; only the kernel's lock on it counts.
class LockFile {
  public:
    /// The folder must exist. Fails with Code::conflict when another holder has it; the message says which
    /// process, and what to do.
    static Result<LockFile> acquire(const std::string& path);

  private:
    explicit LockFile(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

}  // namespace hooklet
