// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/posix_file_system.hpp"

#include "adapters/posix/directory.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {

namespace {

std::unexpected<Error> system_failure(const char* operation, const std::string& path) {
    return std::unexpected(errno_error(std::string(operation) + " " + path, errno));
}

class PosixFile final : public OpenFile {
  public:
    PosixFile(UniqueFd fd, std::string path, const struct stat& status)
        : fd_(std::move(fd)), path_(std::move(path)), device_(status.st_dev), inode_(status.st_ino) {}

    Result<std::string> read_at(std::uint64_t offset, std::size_t limit) override {
        std::string bytes(limit, '\0');
        std::size_t size = 0;
        while (size < limit) {
            const ssize_t got =
                ::pread(fd_.get(), bytes.data() + size, limit - size, static_cast<off_t>(offset + size));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return system_failure("read", path_);
            if (got == 0) break;
            size += static_cast<std::size_t>(got);
        }
        bytes.resize(size);
        return bytes;
    }
    [[nodiscard]] bool is_at(const std::string& path) const override {
        struct stat status{};
        return ::stat(path.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
    }

  private:
    UniqueFd fd_;
    std::string path_;
    dev_t device_;
    ino_t inode_;
};

FileType type_of_mode(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFDIR:
            return FileType::directory;
        case S_IFLNK:
            return FileType::symlink;
        case S_IFSOCK:
            return FileType::socket;
        case S_IFCHR:
            return FileType::char_device;
        case S_IFBLK:
            return FileType::block_device;
        case S_IFIFO:
            return FileType::fifo;
        default:
            return FileType::regular;
    }
}

Status make_directory(const std::string& path, std::uint32_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) {
        // mkdir's own mode is narrowed by the umask and has no setgid bit.
        if (::chmod(path.c_str(), mode) != 0) return system_failure("chmod", path);
        return {};
    }
    const int error = errno;
    struct stat existing{};
    if (::stat(path.c_str(), &existing) == 0) {
        if (S_ISDIR(existing.st_mode)) return {};
        errno = ENOTDIR;
    } else {
        errno = error;
    }
    return system_failure("mkdir", path);
}

/// A new file next to `path`, which becomes `path` on commit() and is gone otherwise.
class Replacement {
  public:
    explicit Replacement(std::string path) : path_(std::move(path)), temporary_(path_ + ".XXXXXX") {
        fd_ = UniqueFd(::mkostemp(temporary_.data(), O_CLOEXEC));
        exists_ = static_cast<bool>(fd_);
    }
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;
    ~Replacement() {
        if (exists_) ::unlink(temporary_.c_str());
    }
    [[nodiscard]] bool exists() const { return exists_; }
    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] const std::string& name() const { return temporary_; }
    Status commit() {
        if (::rename(temporary_.c_str(), path_.c_str()) != 0) return system_failure("replace", path_);
        exists_ = false;
        return {};
    }

  private:
    std::string path_;
    std::string temporary_;
    UniqueFd fd_;
    bool exists_ = false;
};

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Result<std::optional<FileType>> PosixFileSystem::type_of(std::string path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0) return type_of_mode(status.st_mode);
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return system_failure("stat", path);
}

Result<std::string> PosixFileSystem::real_path(std::string path) {
    const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr), &std::free);
    if (!resolved) return system_failure("resolve", path);
    return std::string(resolved.get());
}

Status PosixFileSystem::make_directories(std::string path, std::uint32_t mode) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        auto made = make_directory(path.substr(0, end), mode);
        if (!made || end == std::string::npos) return made;
    }
}

Status PosixFileSystem::write_file(std::string path, std::string_view content, std::uint32_t mode) {
    Replacement file(path);
    if (!file.exists() || !write_all(file.fd(), content) || ::fchmod(file.fd(), mode) != 0) {
        return system_failure("write", path);
    }
    return file.commit();
}

Result<std::uint64_t> PosixFileSystem::size_of(std::string path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return system_failure("stat", path);
    return static_cast<std::uint64_t>(status.st_size);
}

Status PosixFileSystem::rename(std::string from, std::string to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
        return system_failure("rename", from + " to " + to);
    }
    return {};
}

Result<std::unique_ptr<OpenFile>> PosixFileSystem::open(std::string path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status{};
    if (!fd || ::fstat(fd.get(), &status) != 0) return system_failure("read", path);
    if (!S_ISREG(status.st_mode)) return fail(Code::invalid, "read " + path + ": not a regular file");
    return std::make_unique<PosixFile>(std::move(fd), std::move(path), status);
}

Result<std::string> PosixFileSystem::read_tail(std::string path, std::size_t limit) {
    const auto file = open(path);
    if (!file) return std::unexpected(file.error());
    const auto size = size_of(std::move(path));
    if (!size) return std::unexpected(size.error());
    return (*file)->read_at(*size - std::min<std::uint64_t>(*size, limit), limit);
}

Result<std::vector<std::string>> PosixFileSystem::list_directory(std::string path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return system_failure("list", path);
    auto names = entries(fd.get());
    if (!names) return wrap("list " + path, names.error());
    std::ranges::sort(*names);
    return names;
}

Status PosixFileSystem::symlink(std::string target, std::string link) {
    // A new one needs no name besides its own, which those who watch the directory would see.
    if (::symlink(target.c_str(), link.c_str()) == 0) return {};
    if (errno != EEXIST) return system_failure("symlink", link);
    Replacement place(link);
    // The reserved name is given up for the symlink; nobody else uses names of this form.
    if (!place.exists() || ::unlink(place.name().c_str()) != 0 ||
        ::symlink(target.c_str(), place.name().c_str()) != 0) {
        return system_failure("symlink", link);
    }
    return place.commit();
}

Status PosixFileSystem::remove_file(std::string path) {
    if (::unlink(path.c_str()) != 0) return system_failure("remove", path);
    return {};
}

Status PosixFileSystem::remove_tree(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (auto removed = remove_directory_tree(AT_FDCWD, path); !removed) {
        return wrap("remove " + path, removed.error());
    }
    return {};
}

Status PosixFileSystem::change_owner_mode(std::string path, Owner owner, std::uint32_t mode) {
    const UniqueFd fd(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status{};
    if (!fd || ::fstat(fd.get(), &status) != 0) return system_failure("open", path);
    const uid_t uid = owner.uid.value_or(static_cast<uid_t>(-1));
    const gid_t gid = owner.gid.value_or(static_cast<gid_t>(-1));
    if (::fchownat(fd.get(), "", uid, gid, AT_EMPTY_PATH) != 0) return system_failure("chown", path);
    if (S_ISLNK(status.st_mode)) return {};
    // fchmod refuses O_PATH descriptors; their /proc name leads to the same file without a second look-up.
    if (::chmod(("/proc/self/fd/" + std::to_string(fd.get())).c_str(), mode) != 0) {
        return system_failure("chmod", path);
    }
    return {};
}

}  // namespace hooklet
