// SPDX-License-Identifier: Apache-2.0
// Mounts of PosixFileSystem.
#include "adapters/posix/directory.hpp"
#include "adapters/posix/posix_file_system.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/vfs.h>

namespace hooklet {

namespace {

bool is_tmpfs(const std::string& path) {
    struct statfs status{};
    return ::statfs(path.c_str(), &status) == 0 && status.f_type == TMPFS_MAGIC;
}

}  // namespace

Status PosixFileSystem::mount_tmpfs(std::string path, std::uint64_t size_bytes) {
    if (is_mount_point(AT_FDCWD, path) && is_tmpfs(path)) return {};
    const std::string size = size_bytes == 0 ? "" : fmt::format(",size={}", size_bytes);
    if (::mount("tmpfs", path.c_str(), "tmpfs", 0, ("mode=1777" + size).c_str()) != 0) {
        return std::unexpected(errno_error("mount tmpfs on " + path, errno));
    }
    return {};
}

Status PosixFileSystem::unmount(std::string path) {
    if (::umount2(path.c_str(), UMOUNT_NOFOLLOW) == 0) return {};
    if (errno == EBUSY && ::umount2(path.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH) == 0) return {};
    const int error = errno;
    if (!is_mount_point(AT_FDCWD, path)) return {};
    return std::unexpected(errno_error("unmount " + path, error));
}

}  // namespace hooklet
