// SPDX-License-Identifier: Apache-2.0
#include "adapters/zlib/gzip_compressor.hpp"

#include "adapters/posix/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace hooklet {

namespace {

std::unexpected<Error> failed(const std::string& what, const std::string& path) {
    return std::unexpected(errno_error(what + " " + path, errno));
}

/// Takes the name away unless it was given to a whole file.
struct Temporary {
    explicit Temporary(std::string name) : path(std::move(name)) {}
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    ~Temporary() {
        if (!whole) ::unlink(path.c_str());
    }
    std::string path;
    bool whole = false;
};

/// `out` is taken over.
Status copy(const UniqueFd& in, int out, const std::string& from, const WorkerThread::Stop& stop) {
    const gzFile file = ::gzdopen(out, "wb");
    if (file == nullptr) {
        ::close(out);
        return fail(Code::internal, "no memory to compress " + from);
    }
    std::array<char, 65536> buffer{};
    Status result;
    while (result) {
        if (stop) {
            result = fail(Code::cancelled, "compressing " + from + " was interrupted");
            break;
        }
        const ssize_t got = ::read(in.get(), buffer.data(), buffer.size());
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) result = failed("read", from);
        if (got > 0 && ::gzwrite(file, buffer.data(), static_cast<unsigned>(got)) != got) {
            result = failed("compress", from);
        }
    }
    if (::gzclose(file) != Z_OK && result) result = failed("compress", from);
    return result;
}

Status compress(const std::string& from, const std::string& to, const WorkerThread::Stop& stop) {
    const UniqueFd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status{};
    if (!in || ::fstat(in.get(), &status) != 0) return failed("read", from);
    Temporary half(from + ".tmp");
    const int out = ::open(half.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                           status.st_mode & 07777);
    if (out < 0) return failed("write", half.path);
    if (auto copied = copy(in, out, from, stop); !copied) return copied;
    if (::rename(half.path.c_str(), to.c_str()) != 0) return failed("rename", half.path);
    half.whole = true;
    return {};
}

}  // namespace

Task<Status> GzipCompressor::gzip(std::string from, std::string to, Call call) {
    WorkerThread::Work<void> work = [from = std::move(from), to = std::move(to)](
                                        const WorkerThread::Stop& stop) { return compress(from, to, stop); };
    return thread_.run<void>(std::move(work), std::move(call));
}

}  // namespace hooklet
