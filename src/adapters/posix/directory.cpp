// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/directory.hpp"

#include "adapters/posix/unique_fd.hpp"

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace hooklet {

namespace {

/// Names are taken in portions, so that a huge directory costs no memory.
constexpr std::size_t portion = 1024;

std::unexpected<Error> failure(const std::string& name) {
    if (errno == EBUSY) return fail(Code::conflict, name + " is a mount point: unmount it first");
    return std::unexpected(errno_error(name, errno));
}

enum class Removed { gone, is_directory };

/// Removes anything but a directory.
Result<Removed> remove_entry(int parent, const std::string& name) {
    if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return Removed::gone;
    if (errno == EISDIR) return Removed::is_directory;
    return failure(name);
}

Result<UniqueFd> open_to_empty(int parent, const std::string& name) {
    UniqueFd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return failure(name);
    if (is_mount_point(fd.get(), "")) {
        errno = EBUSY;
        return failure(name);
    }
    return fd;
}

/// Empties a tree by moving what lies deeper up to its top, so that a tree as deep as a container cares to
/// make it costs neither stack nor descriptors. The kernel refuses to move or remove mount points.
class TreeRemoval {
  public:
    explicit TreeRemoval(int top) : top_(top) {}

    /// Empties the top directory.
    Status run() {
        return each_entry(top_, [this](const std::string& name) { return remove_directory(name); });
    }

  private:
    /// Removes the entries of a directory until there are none; those that are directories by `remove`.
    template <class Remove>
    Status each_entry(int directory, Remove remove) {
        while (true) {
            const auto names = entries(directory, portion);
            if (!names) return std::unexpected(names.error());
            if (names->empty()) return {};
            for (const std::string& name : *names) {
                const auto removed = remove_entry(directory, name);
                if (!removed) return std::unexpected(removed.error());
                if (*removed == Removed::gone) continue;
                if (Status done = remove(name); !done) return done;
            }
        }
    }

    /// Removes a directory of the top one, moving its own directories to the top.
    Status remove_directory(const std::string& name) {
        {
            const auto directory = open_to_empty(top_, name);
            if (!directory) return std::unexpected(directory.error());
            const int fd = directory->get();
            auto emptied = each_entry(fd, [&](const std::string& child) { return move_to_top(fd, child); });
            if (!emptied) return wrap(name, emptied.error());
        }
        if (::unlinkat(top_, name.c_str(), AT_REMOVEDIR) != 0) return failure(name);
        return {};
    }

    Status move_to_top(int directory, const std::string& child) {
        while (true) {
            const std::string name = fmt::format(".removing-{}", serial_++);
            if (::renameat(directory, child.c_str(), top_, name.c_str()) == 0) return {};
            if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) return failure(child);
        }
    }

    int top_;
    std::uint64_t serial_ = 0;
};

}  // namespace

Result<std::vector<std::string>> entries(int fd, std::size_t limit) {
    const int copy = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(copy >= 0 ? ::fdopendir(copy) : nullptr, ::closedir);
    if (!stream) return std::unexpected(errno_error("open directory", errno));
    std::vector<std::string> names;
    while (names.size() < limit) {
        errno = 0;
        const dirent* entry = ::readdir(stream.get());
        if (entry == nullptr && errno != 0) {
            return std::unexpected(errno_error("read directory", errno));
        }
        if (entry == nullptr) break;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    return names;
}

bool is_mount_point(int fd, const std::string& path) {
    struct statx status{};
    const int flags = AT_SYMLINK_NOFOLLOW | (path.empty() ? AT_EMPTY_PATH : 0);
    return ::statx(fd, path.c_str(), flags, 0, &status) == 0 &&
           (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

Status remove_directory_tree(int parent, const std::string& name) {
    const auto removed = remove_entry(parent, name);
    if (!removed) return std::unexpected(removed.error());
    if (*removed == Removed::gone) return {};
    auto top = open_to_empty(parent, name);
    if (!top) return std::unexpected(top.error());
    if (auto emptied = TreeRemoval(top->get()).run(); !emptied) return emptied;
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) return failure(name);
    return {};
}

}  // namespace hooklet
