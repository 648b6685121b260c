// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/process.hpp"

#include "adapters/posix/process_end.hpp"
#include "base/gate.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet {

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t output_limit = 1024UL * 1024;
constexpr Duration linger_limit = std::chrono::seconds{1};

/// In the child, between fork and exec: only async-signal-safe calls. Returns the errno of what failed.
int become(const SpawnOptions& options, char* const* argv, pid_t parent) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::signal(number, SIG_DFL);
    ::setsid();
    if (options.ends_with_parent) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::raise(SIGKILL);
    }
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return errno;
    ::dup2(null, STDIN_FILENO);
    ::dup2(options.stdout_fd >= 0 ? options.stdout_fd : null, STDOUT_FILENO);
    ::dup2(options.stderr_fd >= 0 ? options.stderr_fd : null, STDERR_FILENO);
    // Sockets of the loop, among others, are open without that flag.
    ::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execvp(argv[0], argv);
    return errno;
}

/// The read and the write end.
Result<std::array<int, 2>> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(errno_error("pipe2", errno));
    return ends;
}

/// What the child wrote before it ran the program; 0 when the program runs.
int exec_error(const UniqueFd& pipe) {
    int number = 0;
    ssize_t got = 0;
    do {
        got = ::read(pipe.get(), &number, sizeof number);
    } while (got < 0 && errno == EINTR);
    return got == sizeof number ? number : 0;
}

/// Children that are not reaped yet: like the children themselves, one set for the process.
std::set<pid_t>& started() {
    static std::set<pid_t> pids;
    return pids;
}

/// Waits for the end of a child that has ended or is about to.
void reap(pid_t pid) {
    ::waitpid(pid, nullptr, 0);
    started().erase(pid);
}

}  // namespace

bool Child::started_here(pid_t pid) {
    return started().contains(pid);
}

std::string ChildExit::text() const {
    return signal != 0 ? "signal " + std::to_string(signal) : "exit code " + std::to_string(code);
}

struct Child::State {
    State(const Executor& executor, int pidfd) : process(executor, pidfd) {}
    asio::posix::stream_descriptor process;
    bool reaped = false;
};

Result<Child> Child::spawn(const Executor& executor, SpawnOptions options) {
    const auto pipe = make_pipe();
    if (!pipe) return std::unexpected(pipe.error());
    const UniqueFd report_read((*pipe)[0]);
    UniqueFd report_write((*pipe)[1]);
    std::vector<char*> argv;
    argv.reserve(options.argv.size() + 1);
    for (std::string& argument : options.argv) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return std::unexpected(errno_error("fork", errno));
    if (pid == 0) {
        const int number = become(options, argv.data(), parent);
        (void)!::write(report_write.get(), &number, sizeof number);
        ::_exit(127);
    }
    started().insert(pid);
    report_write = UniqueFd();
    const int number = exec_error(report_read);
    if (number != 0) {
        reap(pid);
        return std::unexpected(errno_error(options.argv[0], number));
    }
    // The child can't be reaped by anyone else, so the pid is still its own.
    const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (pidfd < 0) {
        const Error failed = errno_error("pidfd_open", errno);
        ::kill(-pid, SIGKILL);
        reap(pid);
        return std::unexpected(failed);
    }
    return Child(pid, std::make_shared<State>(executor, pidfd));
}

void Child::signal(int number) const {
    if (!state_->reaped)
        ::syscall(SYS_pidfd_send_signal, state_->process.native_handle(), number, nullptr, 0);
}

void Child::signal_group(int number) const {
    // The group's id stays taken while it has members or its leader is not reaped.
    if (!state_->reaped) ::kill(-pid_, number);
}

Task<Result<ChildExit>> Child::wait(Clock* clock, Call call) const {
    const auto state = state_;
    if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
    const Timer timer = clock->at(call.deadline, [state] { state->process.cancel(); });
    const auto cancelled = call.cancel.on_cancel([state] { state->process.cancel(); });
    const auto error = co_await process_end(&state->process);
    if (error) {
        if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
        co_return fail(Code::deadline, "deadline exceeded");
    }
    siginfo_t info{};
    const auto pidfd = static_cast<id_t>(state->process.native_handle());
    if (::waitid(P_PIDFD, pidfd, &info, WEXITED) != 0)
        co_return std::unexpected(errno_error("waitid", errno));
    state->reaped = true;
    started().erase(info.si_pid);
    const bool exited = info.si_code == CLD_EXITED;
    co_return ChildExit{exited ? info.si_status : 0, exited ? 0 : info.si_status};
}

namespace {

using Stream = asio::posix::stream_descriptor;

/// Reads to the end, or until the stream is cancelled.
Task<void> read_all(std::shared_ptr<Stream> stream, std::shared_ptr<std::string> text) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto [error, count] = co_await stream->async_read_some(asio::buffer(buffer), as_result);
        if (error) co_return;
        text->append(buffer.data(), std::min(count, output_limit - text->size()));
    }
}

/// One of the child's outputs as it arrives.
struct Captured {
    std::shared_ptr<Stream> stream;
    UniqueFd write_end;
    std::shared_ptr<std::string> text = std::make_shared<std::string>();
};

Result<Captured> capture(const Executor& executor) {
    const auto pipe = make_pipe();
    if (!pipe) return std::unexpected(pipe.error());
    return Captured{std::make_shared<Stream>(executor, (*pipe)[0]), UniqueFd((*pipe)[1])};
}

}  // namespace

Task<Result<CommandOutput>> run_command(Executor executor, Clock* clock, std::vector<std::string> argv,
                                        Call call) {
    auto out = capture(executor);
    auto err = capture(executor);
    if (!out || !err) co_return std::unexpected((out ? err : out).error());
    const auto child =
        Child::spawn(executor, {std::move(argv), out->write_end.get(), err->write_end.get(), false});
    if (!child) co_return std::unexpected(child.error());
    Gate readers(executor);
    for (auto* output : {&*out, &*err}) {
        output->write_end = UniqueFd();
        readers.spawn(read_all(output->stream, output->text));
    }
    auto exit = co_await child->wait(clock, call);
    if (!exit) {
        child->signal_group(SIGKILL);
        const Call unlimited{MonotonicTime::max(), {}};
        (void)co_await child->wait(clock, unlimited);
    }
    // Whoever the command left behind may hold its output for ever.
    const Timer linger = clock->at(clock->now() + linger_limit, [out = out->stream, err = err->stream] {
        out->cancel();
        err->cancel();
    });
    co_await readers.close();
    if (!exit) co_return std::unexpected(exit.error());
    co_return CommandOutput{*exit, std::move(*out->text), std::move(*err->text)};
}

}  // namespace hooklet
