// SPDX-License-Identifier: Apache-2.0
// PosixFileSystem's way into trees that their users change meanwhile.
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hooklet {

namespace {

/// What `path` leads to without leaving the directory `root`; errno is set when there is no such thing.
UniqueFd open_beneath(int root, const std::string& path) {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const char* name = path.empty() ? "." : path.c_str();
    long fd = -1;
    // EAGAIN: a rename raced with `..`, and it is not known whether the way led out.
    do {
        fd = ::syscall(SYS_openat2, root, name, &how, sizeof how);
    } while (fd < 0 && errno == EAGAIN);
    return UniqueFd(static_cast<int>(fd));
}

std::unexpected<Error> failure(const PlaceBeneath& place) {
    if (errno == EXDEV || errno == ELOOP) {
        return fail(Code::invalid, fmt::format("`{}` leads out of its volume", place.path));
    }
    if (errno == ENOTDIR)
        return fail(Code::invalid, fmt::format("`{}` leads through what is not a directory", place.path));
    return std::unexpected(errno_error(fmt::format("open {} in {}", place.path, place.root), errno));
}

/// Makes the directory `name` in what `parent` leads to.
bool make_directory(int root, const std::string& parent, const std::string& name, std::uint32_t mode) {
    const UniqueFd directory = open_beneath(root, parent);
    if (!directory || ::mkdirat(directory.get(), name.c_str(), mode) != 0) return false;
    const UniqueFd made(
        ::openat(directory.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    // mkdir's own mode is narrowed by the umask and has no setgid bit.
    return made && ::fchmod(made.get(), mode) == 0;
}

Result<UniqueFd> open_or_make(const PlaceBeneath& place) {
    const UniqueFd root(::open(place.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) return failure(place);
    for (std::size_t begin = 0; begin < place.path.size();) {
        const std::size_t end = std::min(place.path.find('/', begin), place.path.size());
        const std::string parent = place.path.substr(0, begin);
        const std::string name = place.path.substr(begin, end - begin);
        begin = end + 1;
        if (name.empty() || open_beneath(root.get(), parent + name)) continue;
        if (errno != ENOENT || !make_directory(root.get(), parent, name, place.directory_mode)) {
            return failure(place);
        }
    }
    UniqueFd found = open_beneath(root.get(), place.path);
    if (!found) return failure(place);
    return found;
}

Result<UniqueFd> find_beneath(const PlaceBeneath& place) {
    const UniqueFd root(::open(place.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) return failure(place);
    UniqueFd found = open_beneath(root.get(), place.path);
    if (!found) return failure(place);
    return found;
}

/// A name for what is open, whatever becomes of the one that it was found by.
std::string path_to(const UniqueFd& fd) {
    return fmt::format("/proc/self/fd/{}", fd.get());
}

/// Something of the same kind for the mount to cover.
bool make_target(const std::string& target, bool directory) {
    if (directory) return ::mkdir(target.c_str(), 0750) == 0 || errno == EEXIST;
    return static_cast<bool>(
        UniqueFd(::open(target.c_str(), O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0640)));
}

}  // namespace

Result<std::unique_ptr<OpenFile>> PosixFileSystem::open_beneath(std::string root, std::string path) {
    const Result<UniqueFd> found = find_beneath({std::move(root), std::move(path)});
    if (!found) return std::unexpected(found.error());
    return open(path_to(*found));
}

Result<std::vector<std::string>> PosixFileSystem::list_beneath(std::string root, std::string path) {
    const Result<UniqueFd> found = find_beneath({std::move(root), std::move(path)});
    if (!found) return std::unexpected(found.error());
    return list_directory(path_to(*found));
}

Status PosixFileSystem::bind_beneath(PlaceBeneath place, std::string target) {
    const Result<UniqueFd> source = open_or_make(place);
    if (!source) return std::unexpected(source.error());
    struct stat status{};
    if (::fstat(source->get(), &status) != 0) return failure(place);
    // What it showed before may have been of another kind.
    Status ready = unmount(target);
    if (ready) ready = remove_tree(target);
    if (ready) ready = make_directories(target.substr(0, target.rfind('/')), 0750);
    if (!ready) return ready;
    const std::string shown = path_to(*source);
    if (make_target(target, S_ISDIR(status.st_mode)) &&
        ::mount(shown.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) == 0) {
        return {};
    }
    return std::unexpected(errno_error(fmt::format("mount {} on {}", place.path, target), errno));
}

}  // namespace hooklet
