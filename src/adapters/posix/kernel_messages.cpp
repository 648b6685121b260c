// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/kernel_messages.hpp"

#include "adapters/posix/descriptor_reader.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace hooklet {

namespace {

constexpr const char* device = "/dev/kmsg";

struct Listening final : KernelLog::Handle {
    Listening(const Executor& executor, UniqueFd fd, std::function<void(std::string_view)> message)
        : reader(executor, std::move(fd), [message = std::move(message)](int error, std::string_view record) {
              // Each read gives one record; those that were overwritten before it are lost.
              if (error == 0) message(kernel_message(record));
              return error == 0 || error == EPIPE;
          }) {}
    DescriptorReader reader;
};

}  // namespace

std::string_view kernel_message(std::string_view record) {
    const std::size_t begin = record.find(';');
    if (begin == std::string_view::npos) return {};
    record.remove_prefix(begin + 1);
    return record.substr(0, record.find('\n'));
}

Result<std::unique_ptr<KernelLog::Handle>> KernelMessages::listen(
    std::function<void(std::string_view)> message) {
    UniqueFd fd(::open(device, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd || ::lseek(fd.get(), 0, SEEK_END) < 0) return std::unexpected(errno_error(device, errno));
    return std::make_unique<Listening>(executor_, std::move(fd), std::move(message));
}

}  // namespace hooklet
