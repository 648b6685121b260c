// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/lock_file.hpp"

#include "adapters/posix/kernel_files.hpp"
#include "base/ascii.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace hooklet {

namespace {

/// For a holder that was killed: two seconds.
constexpr int most_looks = 40;
constexpr auto between_looks = std::chrono::milliseconds{50};

/// Empty when it is not known: the holder locks first and writes second.
std::string holder_pid(const std::string& path) {
    std::string pid = read_available(path);
    pid.erase(std::ranges::find_if_not(pid, is_digit), pid.end());
    return pid;
}

std::string command_of(const std::string& pid) {
    return read_available("/proc/" + pid + "/cmdline");
}

/// A process that was killed holds its files until its last thread has gone.
bool is_dying(const std::string& pid) {
    return !pid.empty() && command_of(pid).empty();
}

/// `process 123 (hooklet run pod.yaml)`, as far as it can be known.
std::string holder_of(const std::string& path) {
    const std::string pid = holder_pid(path);
    if (pid.empty()) return "another process";
    std::string command = command_of(pid);
    while (command.ends_with('\0')) command.pop_back();
    std::ranges::replace(command, '\0', ' ');
    return command.empty() ? "process " + pid : fmt::format("process {} ({})", pid, command);
}

Status write_pid(int fd) {
    const std::string text = fmt::format("{}\n", ::getpid());
    if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, text.data(), text.size(), 0) < 0) {
        return std::unexpected(errno_error("write", errno));
    }
    return {};
}

}  // namespace

Result<LockFile> LockFile::acquire(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!fd) return std::unexpected(errno_error("lock " + path, errno));
    for (int looks = 0; ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0; ++looks) {
        if (errno != EWOULDBLOCK) return std::unexpected(errno_error("lock " + path, errno));
        if (looks == most_looks || !is_dying(holder_pid(path))) {
            return fail(Code::conflict, fmt::format("{} is held by {}: stop it, or use another --root", path,
                                                    holder_of(path)));
        }
        std::this_thread::sleep_for(between_looks);
    }
    if (auto written = write_pid(fd.get()); !written) return wrap("lock " + path, written.error());
    return LockFile(std::move(fd));
}

}  // namespace hooklet
