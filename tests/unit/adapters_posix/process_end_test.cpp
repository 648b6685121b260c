// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/process_end.hpp"

#include <array>
#include <csignal>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet {
namespace {

using Descriptor = asio::posix::stream_descriptor;

int open_pidfd(pid_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

/// The reading end of a pipe in which something waits to be read.
int full_pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    EXPECT_EQ(::write(ends[1], "x", 1), 1);
    ::close(ends[1]);
    return ends[0];
}

Task<void> readable(Descriptor* pipe) {
    (void)co_await pipe->async_wait(Descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
}

/// As soon as `first` is readable, `second` makes place for a process, whose end is told in `ended`.
Task<void> take_place(Descriptor* first, Descriptor* second, Descriptor* process, pid_t pid,
                      std::optional<boost::system::error_code>* ended) {
    co_await readable(first);
    second->close();
    process->assign(open_pidfd(pid));
    *ended = co_await process_end(process);
}

TEST(ProcessEnd, IsNotAnEventOfADescriptorThatWasClosed) {
    asio::io_context loop(1);
    Descriptor first(loop, full_pipe());
    Descriptor second(loop, full_pipe());
    Descriptor process(loop);
    std::optional<boost::system::error_code> ended;
    // Both pipes are readable in one look of the reactor, the first one first.
    asio::co_spawn(loop, take_place(&first, &second, &process, ::getpid(), &ended), asio::detached);
    asio::co_spawn(loop, readable(&second), asio::detached);
    while (loop.poll_one() > 0) {
    }
    EXPECT_FALSE(ended) << ended->message();
    process.cancel();
    loop.restart();
    loop.run();
    EXPECT_EQ(ended, asio::error::operation_aborted);
}

Task<void> note_end(Descriptor* process, std::optional<boost::system::error_code>* ended) {
    *ended = co_await process_end(process);
}

TEST(ProcessEnd, ComesWithTheProcess) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::pause();
        ::_exit(0);
    }
    asio::io_context loop(1);
    Descriptor process(loop, open_pidfd(pid));
    std::optional<boost::system::error_code> ended;
    asio::co_spawn(loop, note_end(&process, &ended), asio::detached);
    loop.poll();
    EXPECT_FALSE(ended);
    ::kill(pid, SIGKILL);
    loop.restart();
    loop.run();
    EXPECT_EQ(ended, boost::system::error_code());
    EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
}

}  // namespace
}  // namespace hooklet
