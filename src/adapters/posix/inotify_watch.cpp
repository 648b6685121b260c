// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/inotify_watch.hpp"

#include "adapters/posix/unique_fd.hpp"

#include <array>
#include <cerrno>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/inotify.h>

namespace hooklet {

namespace {

constexpr std::uint32_t whole_files = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                      IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

/// Shared with the pending read, which outlives the handle.
struct Reader : std::enable_shared_from_this<Reader> {
    Reader(const Executor& executor, int fd, std::function<void()> listener)
        : descriptor(executor, fd), changed(std::move(listener)) {}

    void read() {
        descriptor.async_read_some(
            asio::buffer(buffer),
            [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                if (error || self->withdrawn) return;
                self->changed();
                if (!self->withdrawn) self->read();
            });
    }

    asio::posix::stream_descriptor descriptor;
    std::function<void()> changed;
    std::array<char, 4096> buffer{};
    bool withdrawn = false;
};

struct Watch final : DirectoryWatch::Handle {
    explicit Watch(std::shared_ptr<Reader> r) : reader(std::move(r)) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() override {
        reader->withdrawn = true;
        boost::system::error_code ignored;
        reader->descriptor.close(ignored);
    }
    std::shared_ptr<Reader> reader;
};

}  // namespace

Result<std::unique_ptr<DirectoryWatch::Handle>> InotifyWatch::watch(std::string directory,
                                                                    std::function<void()> changed) {
    return watch_for(whole_files, directory, std::move(changed));
}

Result<std::unique_ptr<DirectoryWatch::Handle>> InotifyWatch::watch_growth(std::string directory,
                                                                           std::function<void()> changed) {
    return watch_for(whole_files | IN_MODIFY, directory, std::move(changed));
}

Result<std::unique_ptr<DirectoryWatch::Handle>> InotifyWatch::watch_for(std::uint32_t events,
                                                                        const std::string& directory,
                                                                        std::function<void()> changed) {
    UniqueFd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!fd || ::inotify_add_watch(fd.get(), directory.c_str(), events) < 0) {
        return std::unexpected(errno_error("watch " + directory, errno));
    }
    auto reader = std::make_shared<Reader>(executor_, fd.release(), std::move(changed));
    reader->read();
    return std::make_unique<Watch>(std::move(reader));
}

}  // namespace hooklet
