// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

enum class FileType { regular, directory, symlink, socket, char_device, block_device, fifo };

/// Who a file is given to; what is not set stays as it is.
struct Owner {
    std::optional<std::uint32_t> uid{};
    std::optional<std::uint32_t> gid{};
};

/// A place inside a tree whose users may change it at any time.
struct PlaceBeneath {
    std::string root;
    std::string path;                     ///< Relative to `root`.
    std::uint32_t directory_mode = 0755;  ///< Of directories that have to be made.
};

/// Limits of a cgroup and all below it. What is not set is left as it is.
struct CgroupLimits {
    std::optional<std::int64_t> cpu_shares{};    ///< A weight from 2 to 262144, 1024 for one processor.
    std::optional<std::int64_t> cpu_quota_us{};  ///< Time in each period; -1: no limit.
    std::int64_t cpu_period_us = 100'000;
    std::optional<std::int64_t> memory_limit_bytes{};  ///< -1: no limit.
    std::optional<std::int64_t> pids_limit{};          ///< -1: no limit.
    /// Bytes by page size as the kernel writes it (`2MB`, `1GB`); sizes that are not named get 0.
    std::optional<std::map<std::string, std::uint64_t>> hugepage_limits{};
    bool operator==(const CgroupLimits&) const = default;
};

/// A file that is being read: the same one, whatever becomes of its name.
class OpenFile {
  public:
    virtual ~OpenFile() = default;
    /// Up to `limit` bytes from `offset` on; empty at the end of what is there now.
    virtual Result<std::string> read_at(std::uint64_t offset, std::size_t limit) = 0;
    /// Whether `path` leads to this file now.
    [[nodiscard]] virtual bool is_at(const std::string& path) const = 0;
};

/// The host's files, as far as Pods need them. Calls are short and do not wait. Paths are absolute.
class FileSystem {
  public:
    virtual ~FileSystem() = default;
    /// The type of what `path` leads to (symlinks followed), nullopt when there is nothing.
    virtual Result<std::optional<FileType>> type_of(std::string path) = 0;
    /// The path with every symlink in it resolved. Fails with not_found when it leads to nothing.
    virtual Result<std::string> real_path(std::string path) = 0;
    /// Makes the directory and its missing parents with `mode`, not narrowed by the umask. Existing ones are
    /// left alone.
    virtual Status make_directories(std::string path, std::uint32_t mode) = 0;
    /// Writes the whole file, replacing it.
    virtual Status write_file(std::string path, std::string_view content, std::uint32_t mode) = 0;
    /// The file's size in bytes. Fails with not_found when there is none.
    virtual Result<std::uint64_t> size_of(std::string path) = 0;
    /// Gives the file another name on the same file system. Fails with already_exists when that is taken.
    virtual Status rename(std::string from, std::string to) = 0;
    /// Reads at most the last `limit` bytes.
    virtual Result<std::string> read_tail(std::string path, std::size_t limit) = 0;
    /// Opens a regular file for reading. Fails with not_found when there is none.
    virtual Result<std::unique_ptr<OpenFile>> open(std::string path) = 0;
    virtual Result<std::vector<std::string>> list_directory(std::string path) = 0;
    /// As open() and list_directory() for `path` below the directory `root`. A way that leads out of it, or
    /// an absolute symlink, fails with Code::invalid, also when somebody puts it there during the call.
    virtual Result<std::unique_ptr<OpenFile>> open_beneath(std::string root, std::string path) = 0;
    virtual Result<std::vector<std::string>> list_beneath(std::string root, std::string path) = 0;
    /// Points `link` to `target`, replacing an older link.
    virtual Status symlink(std::string target, std::string link) = 0;
    virtual Status remove_file(std::string path) = 0;
    /// Removes the tree without following symlinks or crossing mounts. Missing is success.
    virtual Status remove_tree(std::string path) = 0;
    /// Changes owner and mode of one path.
    virtual Status change_owner_mode(std::string path, Owner owner, std::uint32_t mode) = 0;
    /// Mounts a tmpfs of at most `size_bytes` (0: the kernel's default) on the directory, with mode 1777;
    /// done already is success.
    virtual Status mount_tmpfs(std::string path, std::uint64_t size_bytes) = 0;
    /// Makes `target` show what is at the place (a bind mount), in place of what it showed before;
    /// directories on the way that are missing are made, and `target` with its parents. Symlinks are followed
    /// only inside the root: one that leads out of it or is absolute fails with Code::invalid, also when
    /// somebody puts it there during the call; so does a way through a file. The message begins with the
    /// path.
    virtual Status bind_beneath(PlaceBeneath place, std::string target) = 0;
    /// Unmounts; not a mount point is success.
    virtual Status unmount(std::string path) = 0;
    /// Makes the cgroup and its missing parents in the hierarchies (cgroup v1, hybrid or v2) that its limits
    /// need, and sets them; done already is success. A weight that the machine has no controller for is left
    /// out, a limit fails with Code::unavailable.
    virtual Status make_cgroup(std::string cgroup, CgroupLimits limits) = 0;
    /// Removes an empty cgroup, with its empty children, from every hierarchy (cgroup v1, hybrid or v2).
    /// `cgroup` is a path below the hierarchy's root, e.g. `/hooklet/pod1234`. Missing is success.
    virtual Status remove_cgroup(std::string cgroup) = 0;
};

}  // namespace hooklet
