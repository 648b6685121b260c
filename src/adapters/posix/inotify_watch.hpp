// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/directory_watch.hpp"

#include <utility>

namespace hooklet {

/// Directory changes as the kernel tells them (inotify(7)). Each watch has a descriptor of its own.
class InotifyWatch final : public DirectoryWatch {
  public:
    /// `executor` is the loop's.
    explicit InotifyWatch(Executor executor) : executor_(std::move(executor)) {}
    Result<std::unique_ptr<Handle>> watch(std::string directory, std::function<void()> changed) override;
    Result<std::unique_ptr<Handle>> watch_growth(std::string directory,
                                                 std::function<void()> changed) override;

  private:
    Result<std::unique_ptr<Handle>> watch_for(std::uint32_t events, const std::string& directory,
                                              std::function<void()> changed);

    Executor executor_;
};

}  // namespace hooklet
