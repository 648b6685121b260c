// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/directory_watch.hpp"
#include "support/memory_files.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace hooklet::sim {

/// Tells of changes when the test says so.
class SimDirectoryWatch final : public DirectoryWatch {
  public:
    explicit SimDirectoryWatch(MemoryFiles* files) : files_(files) {}
    Result<std::unique_ptr<Handle>> watch(std::string directory, std::function<void()> changed) override {
        if (files_->node(directory) == nullptr) return fail(Code::not_found, "watch " + directory);
        auto handle = std::make_unique<Watch>(this, directory);
        listeners_[directory] = std::move(changed);
        return handle;
    }
    Result<std::unique_ptr<Handle>> watch_growth(std::string directory,
                                                 std::function<void()> changed) override {
        return watch(std::move(directory), std::move(changed));
    }
    /// False when nobody watches.
    bool tell(const std::string& directory) {
        const auto found = listeners_.find(directory);
        if (found == listeners_.end()) return false;
        found->second();
        return true;
    }

  private:
    struct Watch final : Handle {
        Watch(SimDirectoryWatch* o, std::string d) : owner(o), directory(std::move(d)) {}
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch() override { owner->listeners_.erase(directory); }
        SimDirectoryWatch* owner;
        std::string directory;
    };
    MemoryFiles* files_;
    std::map<std::string, std::function<void()>> listeners_;
};

}  // namespace hooklet::sim
