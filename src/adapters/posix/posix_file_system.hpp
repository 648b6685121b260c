// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/file_system.hpp"

namespace hooklet {

/// The host's files. Every error's message names the operation and the path.
class PosixFileSystem final : public FileSystem {
  public:
    /// `mountinfo` is where the cgroup hierarchies are found (proc(5), /proc/PID/mountinfo).
    explicit PosixFileSystem(std::string mountinfo = "/proc/self/mountinfo")
        : mountinfo_(std::move(mountinfo)) {}

    Result<std::optional<FileType>> type_of(std::string path) override;
    Result<std::string> real_path(std::string path) override;
    Status make_directories(std::string path, std::uint32_t mode) override;
    /// Atomic: readers see the old content or the whole new one.
    Status write_file(std::string path, std::string_view content, std::uint32_t mode) override;
    Result<std::uint64_t> size_of(std::string path) override;
    Status rename(std::string from, std::string to) override;
    /// Regular files only; anything else fails with Code::invalid instead of blocking.
    Result<std::string> read_tail(std::string path, std::size_t limit) override;
    /// As read_tail.
    Result<std::unique_ptr<OpenFile>> open(std::string path) override;
    /// Names in byte order, without `.` and `..`.
    Result<std::vector<std::string>> list_directory(std::string path) override;
    /// Both need Linux 5.6.
    Result<std::unique_ptr<OpenFile>> open_beneath(std::string root, std::string path) override;
    Result<std::vector<std::string>> list_beneath(std::string root, std::string path) override;
    /// Atomic, as write_file.
    Status symlink(std::string target, std::string link) override;
    Status remove_file(std::string path) override;
    /// A mount point at or below `path` fails with Code::conflict; what it shows is never touched.
    Status remove_tree(std::string path) override;
    /// A symlink gets the owner itself, and no mode; what it points to is never touched.
    Status change_owner_mode(std::string path, Owner owner, std::uint32_t mode) override;
    /// Everyone may write to its root, and its other mount options are the kernel's defaults, as the kubelet
    /// mounts it.
    Status mount_tmpfs(std::string path, std::uint64_t size_bytes) override;
    /// Needs Linux 5.6.
    Status bind_beneath(PlaceBeneath place, std::string target) override;
    /// A mount in use is detached: gone from the tree now, and for good when its last user is.
    Status unmount(std::string path) override;
    Status make_cgroup(std::string cgroup, CgroupLimits limits) override;
    /// A cgroup that still has processes fails with Code::conflict.
    Status remove_cgroup(std::string cgroup) override;

  private:
    std::string mountinfo_;
};

}  // namespace hooklet
