// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/faults.hpp"
#include "support/memory_files.hpp"

#include <string>
#include <utility>

namespace hooklet::sim {

/// The agent's view of a host's files: every call may fail (sites `fs.write_file`, ...). A failed call has no
/// effect, or with a lost answer all of it.
class SimFileSystem final : public FileSystem {
  public:
    SimFileSystem(MemoryFiles* host, FaultInjector* faults) : host_(host), faults_(faults) {}

    Result<std::optional<FileType>> type_of(std::string path) override {
        return through("fs.type_of", [&] { return host_->type_of(std::move(path)); });
    }
    Result<std::string> real_path(std::string path) override {
        return through("fs.real_path", [&] { return host_->real_path(std::move(path)); });
    }
    Status make_directories(std::string path, std::uint32_t mode) override {
        return through("fs.make_directories", [&] { return host_->make_directories(std::move(path), mode); });
    }
    Status write_file(std::string path, std::string_view content, std::uint32_t mode) override {
        return through("fs.write_file", [&] { return host_->write_file(std::move(path), content, mode); });
    }
    Result<std::uint64_t> size_of(std::string path) override {
        return through("fs.size_of", [&] { return host_->size_of(std::move(path)); });
    }
    Status rename(std::string from, std::string to) override {
        return through("fs.rename", [&] { return host_->rename(std::move(from), std::move(to)); });
    }
    Result<std::string> read_tail(std::string path, std::size_t limit) override {
        return through("fs.read_tail", [&] { return host_->read_tail(std::move(path), limit); });
    }
    Result<std::unique_ptr<OpenFile>> open_beneath(std::string root, std::string path) override {
        return through("fs.open", [&] { return host_->open_beneath(std::move(root), std::move(path)); });
    }
    Result<std::vector<std::string>> list_beneath(std::string root, std::string path) override {
        return through("fs.list_directory",
                       [&] { return host_->list_beneath(std::move(root), std::move(path)); });
    }
    Result<std::unique_ptr<OpenFile>> open(std::string path) override {
        return through("fs.open", [&] { return host_->open(std::move(path)); });
    }
    Result<std::vector<std::string>> list_directory(std::string path) override {
        return through("fs.list_directory", [&] { return host_->list_directory(std::move(path)); });
    }
    Status symlink(std::string target, std::string link) override {
        return through("fs.symlink", [&] { return host_->symlink(std::move(target), std::move(link)); });
    }
    Status remove_file(std::string path) override {
        return through("fs.remove_file", [&] { return host_->remove_file(std::move(path)); });
    }
    Status remove_tree(std::string path) override {
        return through("fs.remove_tree", [&] { return host_->remove_tree(std::move(path)); });
    }
    Status change_owner_mode(std::string path, Owner owner, std::uint32_t mode) override {
        return through("fs.change_owner_mode",
                       [&] { return host_->change_owner_mode(std::move(path), owner, mode); });
    }
    Status bind_beneath(PlaceBeneath place, std::string target) override {
        return through("fs.bind_beneath",
                       [&] { return host_->bind_beneath(std::move(place), std::move(target)); });
    }
    Status mount_tmpfs(std::string path, std::uint64_t size_bytes) override {
        return through("fs.mount_tmpfs", [&] { return host_->mount_tmpfs(std::move(path), size_bytes); });
    }
    Status unmount(std::string path) override {
        return through("fs.unmount", [&] { return host_->unmount(std::move(path)); });
    }
    Status make_cgroup(std::string cgroup, CgroupLimits limits) override {
        return through("fs.make_cgroup",
                       [&] { return host_->make_cgroup(std::move(cgroup), std::move(limits)); });
    }
    Status remove_cgroup(std::string cgroup) override {
        return through("fs.remove_cgroup", [&] { return host_->remove_cgroup(std::move(cgroup)); });
    }

  private:
    template <class F>
    auto through(const char* site, F effect) -> decltype(effect()) {
        if (faults_->severed()) return std::unexpected(FaultInjector::severed_error());
        const CallFate fate = faults_->decide(site);
        if (faults_->severed()) return std::unexpected(FaultInjector::severed_error());
        if (fate.error) return fail(Code::internal, std::string(site) + ": Input/output error");
        auto result = effect();
        if (fate.crash) faults_->sever();
        if (fate.lost_answer) return fail(Code::internal, std::string(site) + ": Interrupted system call");
        return result;
    }

    MemoryFiles* host_;
    FaultInjector* faults_;
};

}  // namespace hooklet::sim
