// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/posix_console.hpp"

#include "ports/bounded.hpp"

#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace hooklet {

namespace {

using boost::system::error_code;

constexpr std::size_t read_size = 32 * 1024;

Result<std::string> read_now() {
    std::string buffer(read_size, '\0');
    while (true) {
        const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::unexpected(errno_error("standard input", errno));
        buffer.resize(static_cast<std::size_t>(count));
        return buffer;
    }
}

}  // namespace

struct PosixConsole::State : std::enable_shared_from_this<State> {
    explicit State(const Executor& executor) : input(executor), resized(executor) {}

    void wait_for_resize() {
        resized.async_wait([self = shared_from_this()](const error_code& error, int /*number*/) {
            if (error) return;
            self->wait_for_resize();
            if (self->listener) self->listener();
        });
    }

    asio::posix::stream_descriptor input;
    bool can_wait = false;
    std::optional<termios> before;
    asio::signal_set resized;
    std::function<void()> listener;
};

PosixConsole::PosixConsole(const Executor& executor, Clock* clock)
    : state_(std::make_shared<State>(executor)), clock_(clock) {
    error_code error;
    const int copy = ::dup(STDIN_FILENO);
    // Asio's reads leave the mode of the shared file description alone: they only wait for it.
    if (copy >= 0) state_->input.assign(copy, error);
    state_->can_wait = copy >= 0 && !error;
    if (copy >= 0 && error) ::close(copy);
}

PosixConsole::~PosixConsole() {
    if (state_->before) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &*state_->before);
    error_code ignored;
    state_->resized.cancel(ignored);
    state_->input.close(ignored);
}

bool PosixConsole::is_terminal() const {
    return ::isatty(STDIN_FILENO) == 1;
}

Task<Result<std::string>> PosixConsole::read(Call call) {
    if (!state_->can_wait) co_return read_now();
    const Promise<Status> ready;
    state_->input.async_wait(
        asio::posix::stream_descriptor::wait_read, [state = state_, ready](const error_code& error) {
            // What cannot be waited for has its bytes at once.
            const bool waits = error != asio::error::operation_not_supported;
            ready.set(error && waits ? Status(fail(Code::internal, error.message())) : Status());
        });
    const Status waited = co_await bounded(clock_, ready, std::move(call));
    if (!waited) co_return std::unexpected(waited.error());
    co_return read_now();
}

Status PosixConsole::make_raw() {
    if (!is_terminal()) return {};
    termios now{};
    if (::tcgetattr(STDIN_FILENO, &now) != 0) return std::unexpected(errno_error("the terminal", errno));
    if (!state_->before) state_->before = now;
    ::cfmakeraw(&now);
    if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &now) != 0)
        return std::unexpected(errno_error("the terminal", errno));
    return {};
}

ConsoleSize PosixConsole::size() const {
    winsize size{};
    for (const int fd : {STDOUT_FILENO, STDIN_FILENO}) {
        if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return {size.ws_col, size.ws_row};
    }
    return {};
}

void PosixConsole::on_resize(std::function<void()> listener) {
    const bool waits = static_cast<bool>(state_->listener);
    state_->listener = std::move(listener);
    if (waits || !state_->listener) return;
    error_code ignored;
    state_->resized.add(SIGWINCH, ignored);
    state_->wait_for_resize();
}

}  // namespace hooklet
