// SPDX-License-Identifier: Apache-2.0
// Mounts and cgroups of PosixFileSystem.
#include "adapters/posix/directory.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace hooklet {

namespace {

bool is_tmpfs(const std::string& path) {
    struct statfs status{};
    return ::statfs(path.c_str(), &status) == 0 && status.f_type == TMPFS_MAGIC;
}

/// Undoes mountinfo's octal escapes (`\040` for a space).
std::string unescaped(std::string_view field) {
    const auto octal = [](char c) { return c >= '0' && c <= '7'; };
    std::string out;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] == '\\' && i + 3 < field.size() && std::ranges::all_of(field.substr(i + 1, 3), octal)) {
            out +=
                static_cast<char>((field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 + field[i + 3] - '0');
            i += 3;
        } else {
            out += field[i];
        }
    }
    return out;
}

/// Where the cgroup hierarchies are mounted, of whichever version.
Result<std::vector<std::string>> cgroup_mounts(const std::string& mountinfo) {
    std::ifstream in(mountinfo);
    if (!in) return std::unexpected(errno_error("read " + mountinfo, errno));
    std::vector<std::string> mounts;
    for (std::string line; std::getline(in, line);) {
        // `36 35 98:0 ROOT MOUNT_POINT OPTIONS [TAG...] - TYPE SOURCE SUPER_OPTIONS`
        std::istringstream words(line);
        std::string skipped;
        std::string mount_point;
        std::string type;
        words >> skipped >> skipped >> skipped >> skipped >> mount_point;
        while (words >> skipped && skipped != "-") {
        }
        words >> type;
        if (type == "cgroup" || type == "cgroup2") mounts.push_back(unescaped(mount_point));
    }
    return mounts;
}

bool is_below_root(const std::string& cgroup) {
    std::istringstream parts(cgroup);
    bool named = false;
    for (std::string part; std::getline(parts, part, '/');) {
        if (part == "." || part == "..") return false;
        named = named || !part.empty();
    }
    return named && cgroup.starts_with('/');
}

/// Removes the directory and those below it. The files of a cgroup directory go with it.
Status remove_cgroup_directory(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT) return {};
    if (!fd) return std::unexpected(errno_error("remove cgroup " + path, errno));
    const auto names = entries(fd.get());
    if (!names) return wrap("remove cgroup " + path, names.error());
    for (const std::string& name : *names) {
        struct stat status{};
        if (::fstatat(fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISDIR(status.st_mode)) continue;
        if (auto removed = remove_cgroup_directory(path + "/" + name); !removed) return removed;
    }
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return {};
    if (errno == EBUSY || errno == ENOTEMPTY) {
        return fail(Code::conflict, fmt::format("cgroup {} still has processes", path));
    }
    return std::unexpected(errno_error("remove cgroup " + path, errno));
}

}  // namespace

Status PosixFileSystem::mount_tmpfs(std::string path, std::uint64_t size_bytes) {
    if (is_mount_point(AT_FDCWD, path) && is_tmpfs(path)) return {};
    const std::string size = size_bytes == 0 ? "" : fmt::format(",size={}", size_bytes);
    if (::mount("tmpfs", path.c_str(), "tmpfs", 0, ("mode=0777" + size).c_str()) != 0) {
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

Status PosixFileSystem::remove_cgroup(std::string cgroup) {
    if (!is_below_root(cgroup)) {
        return fail(Code::invalid, fmt::format("\"{}\" is not the path of a cgroup", cgroup));
    }
    const auto mounts = cgroup_mounts(mountinfo_);
    if (!mounts) return std::unexpected(mounts.error());
    Status result;
    for (const std::string& mount : *mounts) {
        auto removed = remove_cgroup_directory(mount + cgroup);
        if (!removed && result) result = std::move(removed);
    }
    return result;
}

}  // namespace hooklet
