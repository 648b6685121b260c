// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/inotify_watch.hpp"

#include "adapters/posix/descriptor_reader.hpp"

#include <cerrno>

#include <sys/inotify.h>

namespace hooklet {

namespace {

constexpr std::uint32_t whole_files = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                      IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

struct Watch final : DirectoryWatch::Handle {
    Watch(const Executor& executor, UniqueFd fd, std::function<void()> changed)
        : reader(executor, std::move(fd), [changed = std::move(changed)](int error, std::string_view) {
              if (error == 0) changed();
              return error == 0;
          }) {}
    DescriptorReader reader;
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
    return std::make_unique<Watch>(executor_, std::move(fd), std::move(changed));
}

}  // namespace hooklet
