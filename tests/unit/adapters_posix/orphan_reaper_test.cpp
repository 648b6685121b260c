// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/orphan_reaper.hpp"

#include "adapters/posix/process_table.hpp"

#include <array>
#include <chrono>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet {
namespace {

/// Leaves a process behind that nobody waits for; it ends when `hold` is closed.
void leave_an_orphan(const std::array<int, 2>& hold) {
    const pid_t child = ::fork();
    if (child != 0) {
        ::waitpid(child, nullptr, 0);
        return;
    }
    if (::fork() == 0) {
        ::close(hold[1]);
        char byte = 0;
        (void)!::read(hold[0], &byte, 1);
    }
    ::_exit(0);
}

TEST(OrphanReaper, ReapsWhatADescendantLeftBehind) {
    asio::io_context loop;
    const OrphanReaper reaper(loop.get_executor());
    std::array<int, 2> hold{};
    ASSERT_EQ(::pipe(hold.data()), 0);
    leave_an_orphan(hold);
    ::close(hold[0]);
    ::close(hold[1]);
    // Waits for an ended child without reaping it; fails once there is none.
    siginfo_t info{};
    while (::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0) loop.run_one_for(std::chrono::seconds(10));
    EXPECT_THAT(ended_children(::getpid()), testing::IsEmpty());
}

}  // namespace
}  // namespace hooklet
