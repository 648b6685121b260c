// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/file_system.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace hooklet::sim {

/// Files, mounts and cgroups in memory, as strict as a kernel: parents must exist, a busy mount or cgroup
/// can't be removed. Errors are those of the system calls.
class MemoryFiles final : public FileSystem {
  public:
    MemoryFiles();

    Result<std::optional<FileType>> type_of(std::string path) override;
    Result<std::string> real_path(std::string path) override;
    Status make_directories(std::string path, std::uint32_t mode) override;
    Status write_file(std::string path, std::string_view content, std::uint32_t mode) override;
    Result<std::uint64_t> size_of(std::string path) override;
    Status rename(std::string from, std::string to) override;
    Result<std::string> read_tail(std::string path, std::size_t limit) override;
    Result<std::unique_ptr<OpenFile>> open(std::string path) override;
    Result<std::vector<std::string>> list_directory(std::string path) override;
    Result<std::unique_ptr<OpenFile>> open_beneath(std::string root, std::string path) override;
    Result<std::vector<std::string>> list_beneath(std::string root, std::string path) override;
    Status symlink(std::string target, std::string link) override;
    Status remove_file(std::string path) override;
    Status remove_tree(std::string path) override;
    Status change_owner_mode(std::string path, Owner owner, std::uint32_t mode) override;
    Status mount_tmpfs(std::string path, std::uint64_t size_bytes) override;
    Status bind_beneath(PlaceBeneath place, std::string target) override;
    Status unmount(std::string path) override;
    Status make_cgroup(std::string cgroup, CgroupLimits limits) override;
    Status remove_cgroup(std::string cgroup) override;

    struct Node {
        FileType type = FileType::regular;
        std::uint32_t mode = 0;
        std::uint32_t gid = 0;
        std::string content{};  ///< A symlink's target.
        std::uint32_t uid = 0;
        std::uint64_t inode = 0;  ///< Given when it is put somewhere for the first time.
    };
    /// What is exactly at `path`, symlinks not followed; nullptr when there is nothing.
    [[nodiscard]] const Node* node(const std::string& path) const;
    /// All paths below a directory, sorted.
    [[nodiscard]] std::vector<std::string> below(const std::string& directory) const;
    /// Puts a node of any type (sockets, devices) there, with its parents.
    void put(const std::string& path, Node node);
    void append(const std::string& path, std::string_view content);

    struct Mount {
        std::uint64_t size = 0;  ///< Of a tmpfs.
        std::string source{};    ///< Of a bind mount: the real path that it shows.
    };
    /// By mount point.
    [[nodiscard]] const std::map<std::string, Mount>& mounts() const { return mounts_; }

    /// The engine's part: a cgroup that has processes in it while it has members.
    void join_cgroup(const std::string& cgroup, const std::string& member);
    void leave_cgroup(const std::string& cgroup, const std::string& member);
    /// What was set on the cgroup last; nullptr when nothing was.
    [[nodiscard]] const CgroupLimits* cgroup_limits(const std::string& cgroup) const;
    /// All cgroups strictly below, sorted.
    [[nodiscard]] std::vector<std::string> cgroups_below(const std::string& cgroup) const;

  private:
    /// `path` with symlinks resolved; the last part need not exist, and is followed only if asked.
    Result<std::string> resolve(const std::string& path, bool follow_last) const;
    Status insert(const std::string& path, Node node);
    /// Where a path inside `root` leads, which never is outside.
    Result<std::string> find_beneath(const std::string& root, const std::string& path) const;
    /// The same for a place that may have to be made; missing directories are made.
    Result<std::string> make_beneath(const PlaceBeneath& place);

    struct Opened;
    std::map<std::string, Node> nodes_;
    std::uint64_t last_inode_ = 0;
    std::map<std::string, Mount> mounts_;
    std::map<std::string, std::set<std::string>> cgroups_;
    std::map<std::string, CgroupLimits> cgroup_limits_;
};

}  // namespace hooklet::sim
